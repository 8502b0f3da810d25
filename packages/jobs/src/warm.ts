import { readFailure } from '@cellshed/telling';
import type { Computations } from './books/computations.ts';
import { computableOf, type Keyed, sweepOf } from './contracts/many.ts';
import type { Outcome } from './contracts/outcome.ts';
import type { Endings } from './endings.ts';
import { inHalves } from './in-halves.ts';

/** One wanted result: what to compute, or why that is impossible. */
export type WarmItem = { readonly name: string } & (Keyed | { readonly problem: string });

/** The outcome of one result. */
export type Warmed =
  | { readonly name: string; readonly outcome: 'there' }
  /**
   * `cells` of the result, or of everything that was computed with it; undefined if its end was not
   * received.
   */
  | { readonly name: string; readonly outcome: 'computed'; readonly cells: number | undefined }
  | { readonly name: string; readonly outcome: 'failed'; readonly reason: string };

export interface WarmDependencies {
  readonly computations: Pick<Computations, 'begin' | 'areOver' | 'outcomes'>;
  /** The ends of compute jobs. */
  readonly endings: Pick<Endings, 'wait'>;
  /** Whether the result is in the cache and fresh. */
  readonly isThere: (key: string) => Promise<boolean>;
  /**
   * The most results that are computed at once, or one pass. The rest of the list takes no memory
   * here or in the queue.
   */
  readonly inFlight: number;
}

/** The number of results that are checked together, and swept together if they are small enough. */
const resultsOfPass = 250;

/**
 * Has every result computed that is not in the cache yet, after everything that clients wait for.
 * Yields the outcome of each, in no order. Neighbours in the list are usually neighbours on the
 * ground. They are swept together, and each tile is read once for all of them. Nothing is
 * remembered: started again after a kill, it finds existing results and joins running computations.
 * When the signal is aborted, it begins nothing more and leaves running work to the workers.
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
 * The number of results that are swept together: those of a pass, as long as nothing is refused. So
 * a warming that is started again after a kill finds the sweeps that still run.
 */
function sweepSizes() {
  let size = resultsOfPass;
  return {
    size: () => size,
    /** Reports a pass: the size of its largest sweep, and whether a larger one was refused. */
    learn: (largest: number, wasRefused: boolean) => {
      size = wasRefused ? largest || Math.ceil(size / 2) : Math.min(resultsOfPass, Math.ceil(size * 1.25));
    },
  };
}

interface Dependencies extends Omit<WarmDependencies, 'inFlight'> {
  readonly sizes: ReturnType<typeof sweepSizes>;
}

type Wanted = Keyed & { readonly name: string };

/** Computes the missing results of a pass. */
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
  /** The findings of this pass. */
  readonly sweeps: { largest: number; wasRefused: boolean };
}

/**
 * Sweeps the missing results `together` with the existing ones, as another warming at the same
 * time, or a later one, would.
 */
async function* warmAll(
  { missing, together }: { readonly missing: readonly Wanted[]; readonly together: readonly Wanted[] },
  dependencies: SweepDependencies,
  signal: AbortSignal,
): AsyncGenerator<Warmed> {
  const { sweeps } = dependencies;
  const done = inHalves<Wanted, readonly Warmed[]>(missing, {
    together: async (some) => {
      if (signal.aborted) return [];
      const all = some === missing ? together : some;
      const swept = await sweep(all, dependencies, signal);
      if (swept) sweeps.largest = Math.max(sweeps.largest, all.length);
      else sweeps.wasRefused = true;
      return swept && some.map(({ name }, i) => ({ name, outcome: 'computed', cells: i === 0 ? swept.cells : 0 }));
    },
    alone: async (one) => {
      const warmed = signal.aborted ? undefined : await warmOne(one, dependencies, signal);
      return warmed ? [warmed] : [];
    },
  });
  for await (const some of done) yield* some;
}

async function sweep(
  wanted: readonly Keyed[],
  { computations, endings }: Dependencies,
  signal: AbortSignal,
): Promise<{ readonly cells: number | undefined } | undefined> {
  const end = await endOf(await computations.begin(sweepOf(wanted)), { computations, endings }, signal);
  return end?.outcome === 'done' ? { cells: end.cells } : undefined;
}

/** The time that a lost event costs. */
const lookAgainMilliseconds = 5000;
const mostTries = 5;

async function warmOne(
  { name, ...input }: Wanted,
  { computations, endings, isThere }: Dependencies,
  signal: AbortSignal,
): Promise<Warmed | undefined> {
  if (await isThere(input.key)) return { name, outcome: 'there' };
  let reason = '';
  for (let tries = 0; tries < mostTries; tries++) {
    const end = await endOf(await computations.begin(computableOf([input])), { computations, endings }, signal);
    if (signal.aborted) return undefined;
    if (end?.outcome === 'failed') return { name, outcome: 'failed', reason: readFailure(end.reason).cause };
    if (end?.outcome === 'refused' || end?.outcome === 'replaced') {
      return { name, outcome: 'failed', reason: end.problem };
    }
    if (end?.outcome === 'done') return { name, outcome: 'computed', cells: end.cells };
    // Its end was not received, and it leaves nothing except its result.
    if (await isThere(input.key)) return { name, outcome: 'computed', cells: undefined };
    reason = end ? 'its computation was dismissed by others' : 'it was computed, but the cache does not keep it';
  }
  return { name, outcome: 'failed', reason };
}

/** The outcome of a computation; undefined if it left none, or the signal was aborted. */
async function endOf(
  computation: string,
  { computations, endings }: Pick<WarmDependencies, 'computations' | 'endings'>,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  while (!signal.aborted) {
    const heard = await endings.wait(computation, lookAgainMilliseconds, signal);
    if (heard && 'returned' in heard) return heard.returned as Outcome;
    const [isOver] = await computations.areOver([computation]);
    if (isOver) return (await computations.outcomes([computation]))[0];
  }
  return undefined;
}
