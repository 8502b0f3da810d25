import { randomUUID } from 'node:crypto';
import type { AnyRequest } from '@cellshed/contracts';
import { causedBy } from './contracts/caused-by.ts';
import type { FinishInput } from './contracts/finish.ts';
import type { StartInput } from './contracts/start.ts';
import { optionsOf } from './jobs.ts';
import type { Queues } from './queues.ts';
import { firstTurn } from './turns.ts';

/**
 * A new request's id, which is the id of its finish job. It is a random UUID, because it gives
 * access to the result.
 */
export function newRequestId(): string {
  return randomUUID();
}

/** The data that are kept beside a request. */
export interface Asking extends Pick<FinishInput, 'answer' | 'client' | 'waitsAs' | 'requestId'> {
  /** The priority of its jobs; default: before all others. */
  readonly turn?: number;
}

/**
 * Enqueues a request as a flow: the parent `finish`, which keeps the client and the form of the
 * answer, and the child `start`.
 */
export async function submit(
  queues: Queues,
  id: string,
  { answer, client, waitsAs, requestId, turn = firstTurn, ...request }: AnyRequest & Asking,
): Promise<void> {
  const asking = { ...(client !== undefined && { client }), ...causedBy({ requestId }) };
  await queues.flows.add({
    name: 'finish',
    queueName: 'finish',
    prefix: queues.prefix,
    data: { ...request, ...(answer && { answer }), ...asking, ...(waitsAs !== undefined && { waitsAs }) },
    opts: { ...optionsOf('finish', turn), jobId: id },
    children: [
      {
        name: 'start',
        queueName: 'start',
        prefix: queues.prefix,
        data: { id, request, ...asking } satisfies StartInput,
        opts: { ...optionsOf('start', turn), jobId: id, ignoreDependencyOnFailure: true },
      },
    ],
  });
}

/** Adds a further start job to a request, as a child of its finish job: its next round. */
export async function addRound(
  queues: Queues,
  { round, turn }: { readonly round: number; readonly turn: number },
  data: StartInput,
): Promise<void> {
  await queues.start.add('start', data, {
    ...optionsOf('start', turn),
    jobId: startIdOf(data.id, round),
    parent: { id: data.id, queue: queues.finish.qualifiedName },
    ignoreDependencyOnFailure: true,
  });
}

/** The id of the start job of a round, from 1. */
function startIdOf(request: string, round: number): string {
  return round === 1 ? request : `${request}~${round}`;
}

/** The request of a start or finish job, by the job's id. */
export function requestOf(jobId: string): string {
  return jobId.split('~')[0] as string;
}

/** The round of a start job, by its id. */
export function roundOf(startId: string): number {
  return Number(startId.split('~')[1] ?? 1);
}
