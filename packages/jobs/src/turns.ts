import { recentlyUsed } from '@cellshed/recent';

/** The priority of what goes before all else: jobs of no client. */
export const firstTurn = 1;
/**
 * The priority of jobs that nobody waits for: they stand behind all others. It is the largest that
 * BullMQ takes, but one.
 */
export const backgroundPriority = 2 ** 21 - 1;
/** The last turn of jobs that people wait for. */
const lastTurn = backgroundPriority - 1;

/** The clients whose latest turns are remembered. */
const mostClients = 10_000;

/** The batches of a computation that are counted in one turn: as much as a few small areas. */
const batchesInTurn = 4;

/** The figures on which the turn of a request depends. */
export interface Standing {
  /** The requests of the client that wait, with this one. */
  readonly ofClient: number;
  /** The turn of the job that is taken next; 0: none waits. */
  readonly served: number;
}

/** Gives requests their turns: the priorities of their jobs. */
export interface Turns {
  /**
   * The turn of a client's request: as many after the one that is served now as the client has
   * requests that wait, and never before an earlier one of the same client.
   */
  next(client: string, standing: Standing): number;
  /** Forgets all turns: none of the jobs that have one waits. */
  clear(): void;
}

export function openTurns(): Turns {
  const latest = recentlyUsed<number>({ limit: mostClients });
  return {
    next: (client, { ofClient, served }) => {
      const before = ofClient > 1 ? (latest.get(client) ?? 0) : 0;
      const turn = Math.min(Math.max(served + ofClient, before, firstTurn), lastTurn);
      latest.set(client, turn);
      return turn;
    },
    clear: latest.clear,
  };
}

/** The turn of a batch of a computation: other clients have theirs between the batches. */
export function turnOfBatch(computation: number, batch: number): number {
  if (computation >= backgroundPriority) return backgroundPriority;
  return Math.min(computation + 1 + Math.floor(batch / batchesInTurn), lastTurn);
}

/** The turn of a job, by its score in the list of its queue. */
export function turnOfScore(score: number): number {
  return Math.floor(score / 2 ** 32);
}

/** The least score of a job that nobody waits for. */
export const backgroundScore = backgroundPriority * 2 ** 32;
