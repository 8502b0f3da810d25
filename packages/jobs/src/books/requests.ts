import type { Packed } from '../contracts/packed.ts';
import type { Found } from '../contracts/start.ts';
import type { Queues } from '../queues.ts';

/** The record of a request for which something is computed. */
export interface RequestRecord {
  /** When work on it began, in epoch milliseconds. */
  readonly startedAt: number;
  /** The id of its start job. */
  readonly start: string;
  /** The findings of start; present once it waits for a computation of another request. */
  readonly members?: readonly Found[] | Packed;
}

/** A record as it is read: also the computations that the request waits for. */
export interface WaitingRequest extends RequestRecord {
  readonly computations: readonly string[];
}

/** The requests for which something is computed. */
export interface Requests {
  read(request: string): Promise<WaitingRequest | undefined>;
}

export function openRequests({ redis, key }: Queues): Requests {
  return { read: async (request) => recordIn(await redis.get(key('request', request))) };
}

/**
 * A record as it is in Redis, where a script writes it: JSON, and after a line the ids of the
 * computations.
 */
export function recordText({ computations, ...record }: WaitingRequest): string {
  return `${JSON.stringify(record)}\n${computations.join(' ')}`;
}

/** Reads a text of `recordText`. */
export function recordIn(text: string | null): WaitingRequest | undefined {
  const [record, ids] = text?.split('\n') ?? [];
  if (!record || ids === undefined) return undefined;
  return { ...(JSON.parse(record) as RequestRecord), computations: ids.split(' ').filter(Boolean) };
}
