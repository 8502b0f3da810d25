import { freeMemory } from '../bytes/free-memory.ts';
import type { LendTile, LentTile } from './tiles.ts';

/** Reads a tile for one borrower; its memory is freed when it is given back. */
export const lendOnce: LendTile = async (raster, column, row, signal) => {
  const samples = await raster.readTile(column, row, signal);
  return { samples, giveBack: once(() => samples && freeMemory(samples)) };
};

/** A tile that is read once and lent to every caller. */
export interface SharedTile {
  /**
   * Lends the tile. A caller whose signal is aborted stops waiting at once, without effect on the
   * others; when the last of them stops, the read is aborted.
   */
  lend(signal?: AbortSignal): Promise<LentTile>;
  /**
   * Ends the lending: nobody asks any more, and the tile is given back when its last borrower has
   * returned it.
   */
  end(): void;
}

/**
 * Begins to read a tile. `onUseless` is called if the tile is not worth keeping: it failed, was
 * aborted, or is sparse and costs nothing.
 */
export function shareTile(read: (signal: AbortSignal) => Promise<LentTile>, onUseless: () => void): SharedTile {
  const stop = new AbortController();
  const reading = read(stop.signal);
  let users = 0;
  let [isRead, isOver] = [false, false];
  reading.then(
    ({ samples }) => {
      isRead = true;
      if (samples === undefined) onUseless();
    },
    // The callers that wait for the tile receive the error.
    () => undefined,
  );

  const giveBackIfUnused = () => {
    if (!isOver || users > 0) return;
    reading.then(
      (tile) => tile.giveBack(),
      () => undefined,
    );
  };
  const leave = () => {
    users -= 1;
    if (users === 0 && !isRead) {
      stop.abort();
      onUseless();
    }
    giveBackIfUnused();
  };
  return {
    async lend(signal) {
      users += 1;
      const giveBack = once(leave);
      try {
        const { samples } = await (isRead ? reading : unlessAborted(reading, signal));
        return { samples, giveBack };
      } catch (error) {
        giveBack();
        // When the last caller leaves, no read is left running.
        if (users === 0) await Promise.allSettled([reading]);
        throw error;
      }
    },
    end() {
      isOver = true;
      giveBackIfUnused();
    },
  };
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}

/** Awaits a promise, or throws the reason of a signal as soon as it is aborted. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
