import { createClient, GatewayError, type StatusDocument } from '@cellshed/client';
import type { GroupedCountResult } from '@cellshed/contracts';
import { fetchPatiently, patiently } from '../patiently.ts';
import type { Running } from '../processes.ts';
import { type Area, values } from './areas.ts';
import type { Stage } from './stage.ts';
import { growingPauses } from './wait.ts';

/** The operations of the catalog; `brief` is stale after a second. */
export type Operation = 'web' | 'local' | 'brief';

export interface Asked {
  readonly id: string;
  readonly operation: Operation;
  readonly area: Area;
}

const clientOf = (gateway: Running) => createClient(gateway.said);

/** Asks a gateway for an operation on an area. */
export async function ask({ gateways }: Stage, operation: Operation, area: Area, gateway = 0): Promise<Asked> {
  const { execute } = clientOf(gateways[gateway] as Running);
  const { jobID } = await patiently(() => execute(operation, { area: area.name ?? area.geometry }));
  return { id: jobID, operation, area };
}

/** The answer to a request that waits for its result at most so many seconds. */
export function askWaiting({ gateways }: Stage, operation: Operation, area: Area, seconds: number): Promise<Response> {
  return fetchPatiently(`${gateways[0]?.said}/api/processes/${operation}/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: `wait=${seconds}` },
    body: JSON.stringify({ inputs: { area: area.name ?? area.geometry } }),
  });
}

/** The status of a request; `gone` is said with a sentence and 404. */
export type Standing = Pick<StatusDocument, 'message' | 'started' | 'finished' | 'tiles' | 'waitsFor' | 'cache'> & {
  readonly status: StatusDocument['status'] | 'gone';
};

export async function standing({ gateways }: Stage, id: string, gateway = 0): Promise<Standing> {
  try {
    return await patiently(() => clientOf(gateways[gateway] as Running).status(id));
  } catch (error) {
    if (error instanceof GatewayError && error.status === 404) return { status: 'gone', message: error.message };
    throw error;
  }
}

const isOpen = ({ status }: Standing) => status === 'accepted' || status === 'running';

/** Waits until a request is not open any more. Throws its status if it is open for longer. */
export async function ended(stage: Stage, id: string, withinSeconds = 300): Promise<Standing> {
  const last = Date.now() + withinSeconds * 1000;
  const rest = growingPauses();
  for (;;) {
    const now = await standing(stage, id);
    if (!isOpen(now)) return now;
    if (Date.now() > last)
      throw new Error(`after ${withinSeconds} s the request is still open: ${JSON.stringify(now)}`);
    await rest();
  }
}

/**
 * The outcome of a request: its cells and groups if it was successful, else status and message.
 * `gone`, too, if its result is said to be no longer kept, with 410.
 */
export async function outcome(stage: Stage, id: string, withinSeconds = 300) {
  const { status, message } = await ended(stage, id, withinSeconds);
  if (status !== 'successful') return { status, message };
  try {
    const { result } = clientOf(stage.gateways[0] as Running);
    const { cells, groups } = await patiently(() => result<GroupedCountResult>(id));
    return { cells, groups };
  } catch (error) {
    if (error instanceof GatewayError && error.status === 410) return { status: 'gone', message: error.message };
    throw error;
  }
}

/** The outcome of a request that was answered rightly, by definition of its area. */
export function right({ area, operation }: Pick<Asked, 'area' | 'operation'>, value?: number) {
  const { cells } = area;
  return { cells, groups: [{ values: [value ?? (operation === 'local' ? values.local : values.web)], cells }] };
}

/** Expects that each request is answered rightly. */
export async function expectRight(stage: Stage, asked: readonly Asked[], withinSeconds = 300): Promise<void> {
  const outcomes = await Promise.all(asked.map(({ id }) => outcome(stage, id, withinSeconds)));
  expect(outcomes).toEqual(asked.map((one) => right(one)));
}

/** Expects that each request is gone with a sentence, or answered rightly: never otherwise. */
export async function expectRightOrGone(stage: Stage, asked: readonly Asked[], withinSeconds = 300): Promise<void> {
  const outcomes = await Promise.all(asked.map(({ id }) => outcome(stage, id, withinSeconds)));
  const wrong = outcomes.filter((one, n) => {
    if ('status' in one) return one.status !== 'gone' || !one.message;
    return JSON.stringify(one) !== JSON.stringify(right(asked[n] as Asked));
  });
  expect(wrong).toEqual([]);
}

export async function dismiss({ gateways }: Stage, id: string, gateway = 0): Promise<void> {
  await patiently(() => clientOf(gateways[gateway] as Running).dismiss(id));
}
