import type { Begun, CountPool } from '@cellshed/pool';
import type { Counting } from '@cellshed/pool/in-this-thread';

/** Starting two threads takes about as long as counting so many tiles. */
const mostTilesHere = 1000;

/** Reading and placing an area take about as long as counting so many tiles. */
const tilesOfArea = 0.5;

/** The results after which the others are taken to be like them: neighbours share tiles. */
const enoughResults = 16;

/** How many times as many tiles are needed to judge by fewer results than these. */
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
  /**
   * The number of calls to make at once: one in this thread, two for each thread of a pool, so that
   * none waits.
   */
  atOnce(): number;
  close(): Promise<void>;
}

/** The news of an answer about the work. */
interface Learnt {
  /** The results whose tiles it knows, and these tiles. */
  readonly results: number;
  readonly tiles: number;
  /** The tiles that its results leave to be counted. */
  readonly left: number;
}

/** The refusal of a sweep: its results are all left, and may have any number of tiles. */
const sweepRefused: Learnt = { results: 0, tiles: 0, left: Number.POSITIVE_INFINITY };

/** A result that cannot be computed: it says nothing of the others. */
const failed: Learnt = { results: 0, tiles: 0, left: 0 };

/**
 * Computes results in this thread, one call after the other. It opens a pool as soon as many tiles
 * are left: those that are planned, and those of the other results, if they are like those before.
 */
export function poolWhenNeeded({ here, open, threads, results }: PoolWhenNeededOptions): PoolWhenNeeded {
  let opened: Promise<CountPool> | undefined;
  let isClosed = false;
  let turn: Promise<unknown> = Promise.resolve();
  const seen = { results: 0, tiles: 0 };
  const learn = ({ results: known, tiles, left }: Learnt) => {
    seen.results += known;
    seen.tiles += tiles;
    const others = (results - seen.results) * (seen.tiles / Math.max(1, seen.results) + tilesOfArea);
    const isMuch = left + others / (seen.results < enoughResults ? certainly : 1) > mostTilesHere;
    if (opened || isClosed || !isMuch) return;
    opened = open();
    // The calls that wait for it are told.
    opened.catch(() => undefined);
  };
  const work = <Answer>(
    one: (pool: Counting) => Promise<Answer>,
    { signal, says, onError }: Learning<Answer>,
  ): Promise<Answer> => {
    const inTurn = async () => {
      if (opened) return one(await opened);
      const answer = await one(here).catch((error) => {
        if (!signal.aborted) learn(onError);
        throw error;
      });
      learn(says(answer));
      return answer;
    };
    if (opened) return opened.then(one);
    const answer = turn.then(inTurn);
    turn = answer.catch(() => undefined);
    return answer;
  };
  return {
    atOnce: () => (opened ? 2 * threads : 1),
    compute: (task, signal) =>
      work((pool) => pool.compute(task, signal), {
        signal,
        says: (begun) => saidByBegun(begun, task.requests.length),
        onError: failed,
      }),
    sweep: (task, signal) =>
      work((pool) => pool.sweep(task, signal), {
        signal,
        says: (swept) => (swept ? { results: task.requests.length, tiles: swept.tiles, left: 0 } : sweepRefused),
        onError: sweepRefused,
      }),
    count: async (task, report, signal) => ((await opened) ?? here).count(task, report, signal),
    close: async () => {
      isClosed = true;
      await turn;
      const pool = await opened?.catch(() => undefined);
      await pool?.close();
    },
  };
}

interface Learning<Answer> {
  readonly signal: AbortSignal;
  readonly says: (answer: Answer) => Learnt;
  /** The news of an error, unless the work was stopped. */
  readonly onError: Learnt;
}

function saidByBegun(begun: Begun, results: number): Learnt {
  if ('refused' in begun) return failed;
  if ('planned' in begun) return { results, tiles: begun.planned.tiles, left: begun.planned.tiles };
  return { results, tiles: begun.tiles, left: 0 };
}
