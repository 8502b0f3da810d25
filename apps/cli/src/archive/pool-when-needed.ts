import type { Begun, Counting, CountPool } from '@cellshed/pool';

/** Starting two threads takes about as long as counting so many tiles. */
const mostTilesHere = 500;

export interface PoolWhenNeededOptions {
  /** The work in this thread. */
  readonly here: Counting;
  readonly open: () => CountPool;
  /** How many results are computed in all. */
  readonly results: number;
}

export interface PoolWhenNeeded extends Counting {
  close(): Promise<void>;
}

/**
 * Computes the first result in this thread. If others like it come to many tiles, it opens a pool
 * for them.
 */
export function poolWhenNeeded({ here, open, results }: PoolWhenNeededOptions): PoolWhenNeeded {
  let opened: CountPool | undefined;
  let chosen: Promise<Counting> | undefined;
  const choose = (tiles: number): Counting => {
    if (tiles * results <= mostTilesHere) return here;
    opened = open();
    return opened;
  };
  /** The pool is chosen by the first; the others wait for it. */
  const work = async <Answer>(one: (pool: Counting) => Promise<Answer>, tilesOf: (answer: Answer) => number) => {
    if (chosen) return one(await chosen);
    const first = one(here);
    chosen = first.then(
      (answer) => choose(tilesOf(answer)),
      () => choose(Number.POSITIVE_INFINITY),
    );
    const answer = await first;
    await chosen;
    return answer;
  };
  return {
    compute: (task, signal) => work((pool) => pool.compute(task, signal), tilesIn),
    sweep: (task, signal) =>
      work(
        (pool) => pool.sweep(task, signal),
        (swept) => swept?.tiles ?? Number.POSITIVE_INFINITY,
      ),
    count: async (task, report, signal) => (await (chosen ?? here)).count(task, report, signal),
    close: async () => opened?.close(),
  };
}

function tilesIn(begun: Begun): number {
  if ('refused' in begun) return Number.POSITIVE_INFINITY;
  return 'planned' in begun ? begun.planned.tiles : begun.tiles;
}
