import { readFailure } from '@cellshed/telling';
import { type BackgroundEnds, endsOf } from './background-ends.ts';
import { aloneOf, type Keyed, sweepOf } from './contracts/many.ts';
import { inHalves } from './in-halves.ts';
import { sweepSizes } from './sweep-sizes.ts';

/** One wanted result: what to compute, or why that is impossible. */
export type WarmItem = { readonly name: string } & (Keyed | { readonly problem: string });

/** Results that are looked up together, and swept together if they are small enough. */
export interface WarmPass {
  items(): Promise<readonly WarmItem[]>;
}

/** The outcome of one result. */
export type Warmed =
  | { readonly name: string; readonly outcome: 'there' }
  /**
   * `cells` of the result, or of everything that was computed with it; undefined if its end was not
   * received.
   */
  | { readonly name: string; readonly outcome: 'computed'; readonly cells: number | undefined }
  | { readonly name: string; readonly outcome: 'failed'; readonly reason: string };

export interface WarmDependencies extends BackgroundEnds {
  /** Whether the result is in the cache and fresh. */
  readonly isThere: (key: string) => Promise<boolean>;
}

export interface WarmHow<Pass> {
  /** The passes at once. The others take no memory here or in the queue. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
  /** Hears of the end of each result. */
  readonly onEnd: (warmed: Warmed, pass: Pass) => Promise<void> | void;
  /** Hears when all results of a pass have ended. */
  readonly onPassEnd?: (pass: Pass) => Promise<void>;
}

/**
 * Has every result computed that is not in the cache yet, after everything that clients wait for.
 * Tells the outcome of each, in no order. The results of a pass should be neighbours on the ground:
 * they are swept together, and each tile is read once for all of them. Begun again after a kill, it
 * finds existing results and joins running computations. When the signal is aborted, it begins
 * nothing more.
 */
export async function warm<Pass extends WarmPass>(
  passes: AsyncIterator<Pass>,
  dependencies: WarmDependencies,
  { atOnce, signal, onEnd, onPassEnd }: WarmHow<Pass>,
): Promise<void> {
  let turn: Promise<unknown> = Promise.resolve();
  const nextPass = (): Promise<Pass | undefined> => {
    const next = turn.then(async () => {
      const { value, done } = await passes.next();
      return done ? undefined : value;
    });
    turn = next;
    return next;
  };
  const sizes = sweepSizes();
  const work = async () => {
    while (!signal.aborted) {
      const pass = await nextPass();
      if (pass === undefined) return;
      const items = await pass.items();
      for await (const warmed of warmPass(items, { ...dependencies, sizes }, signal)) await onEnd(warmed, pass);
      if (!signal.aborted) await onPassEnd?.(pass);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, work));
}

interface Dependencies extends WarmDependencies {
  readonly sizes: ReturnType<typeof sweepSizes>;
}

type Wanted = Keyed & { readonly name: string };

/** Computes the missing results of a pass. */
async function* warmPass(
  items: readonly WarmItem[],
  dependencies: Dependencies,
  signal: AbortSignal,
): AsyncGenerator<Warmed> {
  const wanted: Wanted[] = [];
  for (const item of items) {
    if ('problem' in item) yield { name: item.name, outcome: 'failed', reason: item.problem };
    else wanted.push(item);
  }
  const { there, missing } = await lookUp(wanted, dependencies);
  yield* there;
  const size = dependencies.sizes.size();
  const sweeps = { largest: 0, wasRefused: false };
  for (let at = 0; at < missing.length; at += size) {
    yield* warmAll(missing.slice(at, at + size), { ...dependencies, sweeps }, signal);
  }
  if (!signal.aborted) dependencies.sizes.learn(sweeps.largest, sweeps.wasRefused);
}

/** Parts results into those that are in the cache and those that are not. */
async function lookUp(wanted: readonly Wanted[], { isThere }: Pick<WarmDependencies, 'isThere'>) {
  const found = await Promise.all(wanted.map(({ key }) => isThere(key)));
  const there = wanted.flatMap(({ name }, i): Warmed[] => (found[i] ? [{ name, outcome: 'there' }] : []));
  return { there, missing: wanted.filter((_, i) => !found[i]) };
}

interface SweepDependencies extends Dependencies {
  /** The findings of this pass. */
  readonly sweeps: { largest: number; wasRefused: boolean };
}

/** Sweeps results together, or in halves. */
async function* warmAll(
  missing: readonly Wanted[],
  dependencies: SweepDependencies,
  signal: AbortSignal,
): AsyncGenerator<Warmed> {
  const { sweeps } = dependencies;
  const done = inHalves<Wanted, readonly Warmed[]>(missing, {
    together: async (some) => {
      if (signal.aborted) return [];
      const swept = await sweep(some, dependencies, signal);
      if (swept) sweeps.largest = Math.max(sweeps.largest, some.length);
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

/** Undefined: not all of them could be swept. */
async function sweep(
  wanted: readonly Keyed[],
  dependencies: WarmDependencies,
  signal: AbortSignal,
): Promise<{ readonly cells: number | undefined } | undefined> {
  const ends = await endsOf(sweepOf(wanted), dependencies, signal);
  if (!ends.every((end) => end?.outcome === 'done')) return undefined;
  const cells = ends.map((end) => (end?.outcome === 'done' ? end.cells : undefined));
  return { cells: cells.reduce((sum, some) => (some === undefined ? sum : (sum ?? 0) + some), undefined) };
}

const mostTries = 5;

async function warmOne(
  { name, ...input }: Wanted,
  dependencies: WarmDependencies,
  signal: AbortSignal,
): Promise<Warmed | undefined> {
  const { isThere } = dependencies;
  if (await isThere(input.key)) return { name, outcome: 'there' };
  let reason = '';
  for (let tries = 0; tries < mostTries; tries++) {
    const [end] = await endsOf(aloneOf(input), dependencies, signal);
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
