import { readFailure } from '@catchment/telling';
import type { Computations } from './computations.ts';
import type { ComputeResult } from './compute.ts';
import type { Endings } from './endings.ts';
import { type Keyed, sweepOf } from './many.ts';

/** One result that is wanted: what to compute, or why it cannot be. */
export type WarmItem = { readonly name: string } & (Keyed | { readonly problem: string });

/** What became of one result. */
export type Warmed =
  | { readonly name: string; readonly outcome: 'there' }
  /**
   * `cells` of the result, or of all that was computed with it, which tell none; unknown where its
   * end was not heard of.
   */
  | { readonly name: string; readonly outcome: 'computed'; readonly cells: number | undefined }
  | { readonly name: string; readonly outcome: 'failed'; readonly reason: string };

export interface WarmDependencies {
  readonly computations: Pick<Computations, 'begin' | 'state'>;
  /** Of compute jobs. */
  readonly endings: Pick<Endings, 'wait'>;
  /** Whether the result lies in the cache and is fresh. */
  readonly isThere: (key: string) => Promise<boolean>;
  /**
   * So many results are being computed, at most, or one pass: the rest of the list takes no memory
   * here nor in the queue.
   */
  readonly inFlight: number;
}

/** Results that are looked at together, and swept together where they are small enough. */
const resultsOfPass = 250;

/**
 * Has every result computed that is not in the cache yet, behind all that people wait for, and
 * tells what became of each, in no order. Neighbours in the list are neighbours on the ground,
 * mostly, and are swept together: each tile is read once for all of them. Nothing is remembered:
 * begun again after a kill, it finds what is there, and joins what is still under way. When the
 * signal is aborted no more is begun and what is under way is left to the workers.
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
  const sizes = sweepSizes();
  const work = async () => {
    while (!signal.aborted) {
      const pass = await nextPass();
      if (pass.length === 0) return;
      for await (const warmed of warmPass(pass, { ...dependencies, sizes }, signal)) await onEnd(warmed);
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

/**
 * How many results are swept together: those of a pass, as long as nothing is refused, so that a
 * warming that is begun again after a kill finds the sweeps that are still under way.
 */
function sweepSizes() {
  let size = resultsOfPass;
  return {
    size: () => size,
    /**
     * Told of a pass: how many the largest sweep of it had, and whether a larger one was refused.
     */
    learn: (largest: number, wasRefused: boolean) => {
      size = wasRefused ? largest || Math.ceil(size / 2) : Math.min(resultsOfPass, Math.ceil(size * 1.25));
    },
  };
}

interface Dependencies extends Omit<WarmDependencies, 'inFlight'> {
  readonly sizes: ReturnType<typeof sweepSizes>;
}

type Wanted = Keyed & { readonly name: string };

/** Computes what is missing of a pass. */
async function* warmPass(
  pass: readonly WarmItem[],
  dependencies: Dependencies,
  signal: AbortSignal,
): AsyncGenerator<Warmed> {
  const wanted: Wanted[] = [];
  for (const item of pass) {
    if ('problem' in item) yield { name: item.name, outcome: 'failed', reason: item.problem };
    else wanted.push(item);
  }
  const there = await Promise.all(wanted.map(({ key }) => dependencies.isThere(key)));
  for (const [i, { name }] of wanted.entries()) if (there[i]) yield { name, outcome: 'there' };
  const size = dependencies.sizes.size();
  const sweeps = { largest: 0, wasRefused: false };
  for (let at = 0; at < wanted.length; at += size) {
    const missing = wanted.slice(at, at + size).filter((_, i) => !there[at + i]);
    yield* warmAll({ missing, together: wanted.slice(at, at + size) }, { ...dependencies, sweeps }, signal);
  }
  dependencies.sizes.learn(sweeps.largest, sweeps.wasRefused);
}

interface SweepDependencies extends Dependencies {
  /** What is learnt in a pass. */
  readonly sweeps: { largest: number; wasRefused: boolean };
}

/**
 * Sweeps what is missing, `together` with what is there, as whoever warms at the same time, or
 * again, would. What is refused is done in halves, down to single ones: so each failure is found
 * with the area that it belongs to.
 */
async function* warmAll(
  { missing, together }: { readonly missing: readonly Wanted[]; readonly together: readonly Wanted[] },
  dependencies: SweepDependencies,
  signal: AbortSignal,
): AsyncGenerator<Warmed> {
  const [first, second] = missing;
  if (signal.aborted || first === undefined) return;
  if (second === undefined) {
    const warmed = await warmOne(first, dependencies, signal);
    if (warmed) yield warmed;
    return;
  }
  const { sweeps } = dependencies;
  const swept = await sweep(together, dependencies, signal);
  if (swept) {
    sweeps.largest = Math.max(sweeps.largest, together.length);
    for (const [i, { name }] of missing.entries())
      yield { name, outcome: 'computed', cells: i === 0 ? swept.cells : 0 };
    return;
  }
  sweeps.wasRefused = true;
  const middle = Math.ceil(missing.length / 2);
  for (const half of [missing.slice(0, middle), missing.slice(middle)])
    yield* warmAll({ missing: half, together: half }, dependencies, signal);
}

async function sweep(
  wanted: readonly Keyed[],
  { computations, endings }: Dependencies,
  signal: AbortSignal,
): Promise<{ readonly cells: number | undefined } | undefined> {
  const computation = await computations.begin(sweepOf(wanted));
  const end = computation && (await endOf(computation, { computations, endings }, signal));
  return end && end.state === 'done' && end.result.outcome === 'done' ? { cells: end.result.cells } : undefined;
}

/** A lost event costs so long. */
const lookAgainMilliseconds = 5000;
const askAgainMilliseconds = 250;
const mostTries = 5;

async function warmOne(
  { name, ...input }: Wanted,
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
    if (end && end.state === 'failed') return { name, outcome: 'failed', reason: readFailure(end.reason).cause };
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
