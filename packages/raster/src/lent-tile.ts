import { freeMemory } from './free-memory.ts';
import type { Samples, Tiles } from './raster.ts';

/** A tile to be looked at until it is given back; nobody writes to it. */
export interface LentTile {
  /** As `Raster.readTile` has them; undefined: the tile is sparse. */
  readonly samples: Samples | undefined;
  /**
   * Says that the samples are not looked at any more: they may be gone then. More than once is
   * once.
   */
  giveBack(): void;
}

/** Lends a tile of a raster. Throws as `Raster.readTile` does. */
export type LendTile = (raster: Tiles, column: number, row: number, signal?: AbortSignal) => Promise<LentTile>;

/** Reads a tile for one who looks at it; its memory is freed when it is given back. */
export const lendOnce: LendTile = async (raster, column, row, signal) => {
  const samples = await raster.readTile(column, row, signal);
  return { samples, giveBack: once(() => samples && freeMemory(samples)) };
};

/** A tile that is read once, and lent to all who ask. */
export interface SharedTile {
  /**
   * Who aborts leaves at once, without the others noticing; when the last of them leaves, the
   * reading is stopped.
   */
  lend(signal?: AbortSignal): Promise<LentTile>;
  /** Nobody will ask any more: the tile is given back as soon as nobody looks at it. */
  end(): void;
}

/**
 * Begins to read a tile; `onUseless` is told if it is not worth keeping: it failed, was stopped, or
 * is sparse and costs nothing.
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
    // Those who wait for it are told, and leave.
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
        // Whoever leaves last leaves nothing running.
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

/** Awaits, or throws the reason of a signal as soon as that is aborted. */
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
