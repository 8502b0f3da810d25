import type { Stage } from './stage.ts';
import { waitUntil } from './wait.ts';

/** The token by which the tests are the operator. */
export const token = 'a-token-of-the-operator';

/** A chore as an operator sees it. */
export interface Chore {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly by: string;
  readonly requestId?: string;
  readonly progress?: { readonly done: number; readonly planned?: number; readonly unit: string };
  readonly counts: Readonly<Record<string, number>>;
  readonly failed: number;
  readonly problem?: string;
  readonly waitsFor?: string;
}

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body & { readonly detail?: string };
}

/** Sends a request of the operator to the first gateway. */
export async function send<Body = Chore>(
  { gateways }: Stage,
  method: string,
  path: string,
  { body, headers }: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer<Body>> {
  const response = await fetch(`${gateways[0]?.said}/admin/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

/** Asks for a chore, and answers its id. */
export async function askFor(stage: Stage, path: string, body: unknown): Promise<string> {
  const { status, body: chore } = await send(stage, 'POST', path, { body });
  expect([status, chore]).toEqual([202, expect.objectContaining({ id: expect.any(String) })]);
  return chore.id;
}

export async function choreNow(stage: Stage, id: string): Promise<Chore> {
  return (await send(stage, 'GET', `chores/${id}`)).body;
}

/** Waits until a chore is in a state. Throws what it is when it has ended otherwise. */
export async function untilChore(stage: Stage, id: string, state: string): Promise<Chore> {
  let now = await choreNow(stage, id);
  const isThere = async () => {
    now = await choreNow(stage, id);
    const hasEnded = ['done', 'cancelled', 'failed'].includes(now.state);
    if (hasEnded && now.state !== state) throw new Error(`expected ${state}: ${JSON.stringify(now)}`);
    return now.state === state;
  };
  await waitUntil(isThere, () => now);
  return now;
}
