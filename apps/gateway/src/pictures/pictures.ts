import type { Catalog } from '@cellshed/catalog';
import type { Look, TileAddress } from '@cellshed/pictures';
import { Piscina } from 'piscina';
import { ProblemError } from '../problems/problem-error.ts';
import { atOnce } from '../reading/at-once.ts';

/** A picture of a raster, and the version that it shows. */
export interface Picture {
  /** Undefined: too many cells would have to be read. */
  readonly png: Uint8Array | undefined;
  readonly version: string;
}

/** Pictures of rasters for maps. Each method rejects where a raster cannot be read. */
export interface Pictures {
  /**
   * Draws a tile. Rejects with a ProblemError (503) where too many wait for theirs, and with the
   * signal's reason if it is aborted before its turn.
   */
  tile(raster: string, address: TileAddress, signal: AbortSignal): Promise<Picture>;
  look(raster: string): Promise<Look>;
  close(): Promise<void>;
}

/** The settings of the thread that draws: plain data. */
export interface PictureSettings {
  readonly catalog: Catalog;
  /** The time for which a version that a server has told is good. */
  readonly recheckMilliseconds: number;
}

/** The tiles that are drawn at the same time: one computes while others wait for servers. */
const drawnAtOnce = 4;

/** The tiles that may wait to be drawn: those of some maps. */
const mostWaiting = 200;

/** The time after which the thread, and the files that it has open, are given up unasked. */
const idleMilliseconds = 300_000;

/** Draws in a thread of its own, so that nothing else waits for pictures. */
export function openPictures(settings: PictureSettings): Pictures {
  const thread = new Piscina({
    filename: new URL('pictures-thread.ts', import.meta.url).href,
    // It begins with the first question.
    ...{ minThreads: 0, maxThreads: 1, concurrentTasksPerWorker: 2 * drawnAtOnce },
    idleTimeout: idleMilliseconds,
    workerData: settings,
  });
  // A thread that answers a task after it was given up causes an error event.
  thread.on('error', () => undefined);
  const inTurn = atOnce({ most: drawnAtOnce, mostWaiting, refuse });
  return {
    tile: (raster, address, signal) => inTurn(() => thread.run({ raster, address }, { name: 'tile' }), signal),
    look: (raster) => thread.run(raster, { name: 'look' }),
    close: () => thread.destroy(),
  };
}

function refuse(): ProblemError {
  return new ProblemError(503, `${mostWaiting} pictures wait to be drawn, as many as may: ask again`);
}
