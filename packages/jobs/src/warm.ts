import type { Computations } from './computations.ts';
import type { ComputeResult } from './compute.ts';
import type { Endings } from './endings.ts';
import { computationOfMany, type Keyed } from './many.ts';

/** One result that is wanted: what to compute, or why it cannot be. */
export type WarmItem = { readonly name: string } & (Keyed | { readonly problem: string });

/** What became of one result. */
export type Warmed =
  | { readonly name: string; readonly outcome: 'there' }
  /** `cells` of the result, or of all that was computed with it, which tell none; unknown where its end was not heard of. */
  | { readonly name: string; readonly outcome: 'computed'; readonly cells: number | undefined }
  | { readonly name: string; readonly outcome: 'failed'; readonly reason: string };

export interface WarmDependencies {
  readonly computations: Pick<Computations, 'begin' | 'state'>;
  /** Of compute jobs. */
  readonly endings: Pick<Endings, 'wait'>;
  /** Whether the result lies in the cache and is fresh. */
  readonly isThere: (key: string) => Promise<boolean>;
  /** So many results are being computed, at most, or one pass: the rest of the list takes no memory here nor in the queue. */
  readonly inFlight: number;
}

/**
 * Results of one pass: neighbours in the list are neighbours on the ground, mostly, and each tile is read once for all of them. Always
 * as many, so that a warming that is begun again after a kill finds the passes that are still under way.
 */
const resultsOfPass = 250;

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
  let turn = Promise.resolve<readonly WarmItem[]>([]);
  const nextPass = () => {
    turn = turn.then(() => take(items, resultsOfPass));
    return turn;
  };
  const work = async () => {
    while (!signal.aborted) {
      const pass = await nextPass();
      if (pass.length === 0) return;
      for await (const warmed of warmPass(pass, dependencies, signal)) await onEnd(warmed);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.floor(inFlight / resultsOfPass)) }, work));
}

async function take(items: AsyncIterator<WarmItem>, count: number): Promise<WarmItem[]> {
  const taken: WarmItem[] = [];
  while (taken.length < count) {
    const { value: item, done } = await items.next();
    if (done) break;
    taken.push(item);
  }
  return taken;
}

type Dependencies = Omit<WarmDependencies, 'inFlight'>;

/** Computes together what is missing of a pass; what cannot be computed together is computed one by one, to find out why. */
async function* warmPass(
  pass: readonly WarmItem[],
  dependencies: Dependencies,
  signal: AbortSignal,
): AsyncGenerator<Warmed> {
  const wanted: (Keyed & { readonly name: string })[] = [];
  for (const item of pass) {
    if ('problem' in item) yield { name: item.name, outcome: 'failed', reason: item.problem };
    else wanted.push(item);
  }
  const there = await Promise.all(wanted.map(({ key }) => dependencies.isThere(key)));
  const missing = wanted.filter((_, i) => !there[i]);
  for (const [i, { name }] of wanted.entries()) if (there[i]) yield { name, outcome: 'there' };
  const together = missing.length > 1 ? await warmTogether(wanted, dependencies, signal) : undefined;
  for (const [i, item] of missing.entries()) {
    if (signal.aborted) return;
    const warmed = together
      ? ({ name: item.name, outcome: 'computed', cells: i === 0 ? together.cells : 0 } as const)
      : await warmOne(item, dependencies, signal);
    if (warmed) yield warmed;
  }
}

/** Of all of the pass, also what is there: it is the same pass for whoever warms at the same time, or again. */
async function warmTogether(
  wanted: readonly Keyed[],
  { computations, endings }: Dependencies,
  signal: AbortSignal,
): Promise<{ readonly cells: number | undefined } | undefined> {
  const computation = await computations.begin(computationOfMany('warm', wanted));
  const end = computation && (await endOf(computation, { computations, endings }, signal));
  return end && end.state === 'done' && end.result.outcome === 'done' ? { cells: end.result.cells } : undefined;
}

/** A lost event costs so long. */
const lookAgainMilliseconds = 5000;
const askAgainMilliseconds = 250;
const mostTries = 5;

async function warmOne(
  { name, ...input }: Keyed & { readonly name: string },
  { computations, endings, isThere }: Dependencies,
  signal: AbortSignal,
): Promise<Warmed | undefined> {
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
