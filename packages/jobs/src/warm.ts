import type { Computations } from './computations.ts';
import type { ComputeInput, ComputeResult } from './compute.ts';
import type { Endings } from './endings.ts';

/** One result that is wanted: what to compute, or why it cannot be. */
export type WarmItem = { readonly name: string } & (ComputeInput | { readonly problem: string });

/** What became of one result. */
export type Warmed =
  | { readonly name: string; readonly outcome: 'there' }
  /** `cells` of the result; unknown where its end was not heard of. */
  | { readonly name: string; readonly outcome: 'computed'; readonly cells: number | undefined }
  | { readonly name: string; readonly outcome: 'failed'; readonly reason: string };

export interface WarmDependencies {
  readonly computations: Pick<Computations, 'begin' | 'state'>;
  /** Of compute jobs. */
  readonly endings: Pick<Endings, 'wait'>;
  /** Whether the result lies in the cache and is fresh. */
  readonly isThere: (key: string) => Promise<boolean>;
  /** So many computations are begun and not ended, at most: the rest of the list takes no memory here nor in the queue. */
  readonly inFlight: number;
}

/**
 * Has every result computed that is not in the cache yet, behind all that people wait for, and tells what became of each, in no order.
 * Nothing is remembered: begun again after a kill, it finds what is there, and joins what is still under way. When the signal is
 * aborted no more is begun and what is under way is left to the workers.
 */
export async function warm(
  items: AsyncIterator<WarmItem>,
  { inFlight, ...dependencies }: WarmDependencies,
  { onEnd, signal }: { readonly onEnd: (warmed: Warmed) => Promise<void> | void; readonly signal: AbortSignal },
): Promise<void> {
  const work = async () => {
    while (!signal.aborted) {
      const { value: item, done } = await items.next();
      if (done) return;
      const warmed = await warmOne(item, dependencies, signal);
      if (warmed) await onEnd(warmed);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
}

/** A lost event costs so long. */
const lookAgainMilliseconds = 5000;
const askAgainMilliseconds = 250;
const mostTries = 5;

async function warmOne(
  item: WarmItem,
  { computations, endings, isThere }: Omit<WarmDependencies, 'inFlight'>,
  signal: AbortSignal,
): Promise<Warmed | undefined> {
  if ('problem' in item) return { name: item.name, outcome: 'failed', reason: item.problem };
  const { name, ...input } = item;
  if (await isThere(input.key)) return { name, outcome: 'there' };
  let reason = '';
  for (let tries = 0; tries < mostTries; tries++) {
    const computation = await computations.begin(input);
    // Undefined: somebody dismissed it just now, it will be gone in a moment.
    if (computation === undefined) await endings.wait('', askAgainMilliseconds, signal);
    const end = computation && (await endOf(computation, { computations, endings }, signal));
    if (signal.aborted) return undefined;
    if (end && end.state === 'failed') return { name, outcome: 'failed', reason: end.reason };
    if (end && end.state === 'done') {
      if (end.result.outcome === 'refused') return { name, outcome: 'failed', reason: end.result.problem };
      return { name, outcome: 'computed', cells: end.result.cells };
    }
    // Its end was not heard of, and it leaves nothing but its result.
    if (await isThere(input.key)) return { name, outcome: 'computed', cells: undefined };
    reason = end
      ? 'it was computed, but the cache does not keep it'
      : 'its computation was dismissed by others and has not stopped yet';
  }
  return { name, outcome: 'failed', reason };
}

async function endOf(
  computation: string,
  { computations, endings }: Pick<WarmDependencies, 'computations' | 'endings'>,
  signal: AbortSignal,
) {
  while (!signal.aborted) {
    const heard = await endings.wait(computation, lookAgainMilliseconds, signal);
    if (heard && 'returned' in heard) return { state: 'done', result: heard.returned as ComputeResult } as const;
    // A failed job is there, and knows which of its batches really failed.
    const now = await computations.state(computation);
    if (now.state !== 'pending') return now;
  }
  return undefined;
}
