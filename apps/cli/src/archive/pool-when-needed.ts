import type { Begun, CountPool } from '@cellshed/pool';
import type { Counting } from '@cellshed/pool/in-this-thread';

/** Starting two threads takes about as long as counting so many tiles. */
const mostTilesHere = 1000;

/** Reading and placing an area take about as long as counting so many tiles. */
const tilesOfArea = 0.5;

/** The results after which the others are taken to be like them: neighbours share tiles. */
const enoughResults = 16;

/** If the first few come to so many times as many tiles, the others do not help. */
const certainly = 10;

export interface PoolWhenNeededOptions {
  /** The work in this thread. */
  readonly here: Counting;
  readonly open: () => Promise<CountPool>;
  /** The threads that a pool has. */
  readonly threads: number;
  /** How many results are computed in all. */
  readonly results: number;
}

export interface PoolWhenNeeded extends Counting {
  /** The calls to make at once: two for each thread of a pool, so that none waits. */
  atOnce(): number;
  close(): Promise<void>;
}

/**
 * Computes results in this thread, one call after the other. As soon as the results that are left,
 * if they are like those before, come to many tiles, it opens a pool for them.
 */
export function poolWhenNeeded({ here, open, threads, results }: PoolWhenNeededOptions): PoolWhenNeeded {
  let opened: CountPool | undefined;
  let isClosed = false;
  let turn: Promise<unknown> = Promise.resolve();
  const seen = { results: 0, tiles: 0 };
  const isMuchLeft = () => {
    const left = (results - seen.results) * (seen.tiles / seen.results + tilesOfArea);
    return left > (seen.results < enoughResults ? certainly : 1) * mostTilesHere;
  };
  const learn = async (count: number, tiles: number) => {
    seen.results += count;
    seen.tiles += tiles;
    if (!opened && !isClosed && isMuchLeft()) opened = await open();
  };
  const work = <Answer>(
    one: (pool: Counting) => Promise<Answer>,
    { count, tilesOf }: { readonly count: number; readonly tilesOf: (answer: Answer) => number },
  ) => {
    const inTurn = async () => {
      if (opened) return one(opened);
      try {
        const answer = await one(here);
        await learn(count, tilesOf(answer));
        return answer;
      } catch (error) {
        await learn(0, Number.POSITIVE_INFINITY);
        throw error;
      }
    };
    if (opened) return one(opened);
    const answer = turn.then(inTurn);
    turn = answer.catch(() => undefined);
    return answer;
  };
  return {
    atOnce: () => (opened ? 2 * threads : 1),
    compute: (task, signal) =>
      work((pool) => pool.compute(task, signal), { count: task.requests.length, tilesOf: tilesIn }),
    sweep: (task, signal) =>
      work((pool) => pool.sweep(task, signal), {
        count: task.requests.length,
        tilesOf: (swept) => swept?.tiles ?? Number.POSITIVE_INFINITY,
      }),
    count: async (task, report, signal) => (opened ?? here).count(task, report, signal),
    close: async () => {
      isClosed = true;
      await turn;
      await opened?.close();
    },
  };
}

function tilesIn(begun: Begun): number {
  if ('refused' in begun) return Number.POSITIVE_INFINITY;
  return 'planned' in begun ? begun.planned.tiles : begun.tiles;
}
