import { freeMemory } from '../bytes/free-memory.ts';
import { lendOnce } from './lent-tile.ts';
import { roomFor } from './sample-room.ts';
import { sampleArray } from './sample-words.ts';
import type { Samples, SampleType } from './samples.ts';
import { openTileCache } from './tile-cache.ts';
import { readWindow } from './tile-window.ts';
import type { Tiles, Tiling } from './tiles.ts';

/** Tiles in which some samples are no data. */
export interface MaskedTiles {
  readonly tiles: Tiles;
  /** The value that means no data. */
  readonly nodata: number | undefined;
}

/**
 * Hides the samples of a band where a mask of equal size holds 0. Hidden samples get the no-data
 * value; if there is none, the samples change to a type with a spare value. A sparse tile of the
 * mask hides all samples.
 */
export function maskedTiles(band: Tiles, mask: Tiles, nodata: number | undefined): MaskedTiles {
  const { tiling } = band;
  const hiding = hidingOf(band.sampleType, nodata);
  const lend = sameTiling(tiling, mask.tiling) ? lendOnce : openTileCache({ mostBytes: keptBytes, leastTiles: 1 }).lend;
  const readMask = (column: number, row: number, signal: AbortSignal | undefined) => {
    const [firstColumn, firstRow] = [column * tiling.width, row * tiling.height];
    const window = { firstColumn, endColumn: firstColumn + tiling.width, firstRow, endRow: firstRow + tiling.height };
    return readWindow(mask, window, { hole: 0, lend, signal });
  };
  return {
    nodata: hiding.nodata,
    tiles: {
      tiling,
      sampleType: hiding.type,
      async readTile(column, row, signal) {
        const [samples, shown] = await together(band.readTile(column, row, signal), readMask(column, row, signal));
        if (samples === undefined || shown === undefined) return undefined;
        const masked = hidden(samples, shown, hiding);
        if (masked !== samples) freeMemory(samples);
        return masked;
      },
    },
  };
}

/** A mask in strips beside tiles is read once for a row of tiles. */
const keptBytes = 32 * 2 ** 20;

function sameTiling(a: Tiling, b: Tiling): boolean {
  return a.width === b.width && a.height === b.height;
}

interface Hiding {
  /** The type of the masked samples. */
  readonly type: SampleType;
  /** The value of hidden samples. */
  readonly value: number;
  readonly nodata: number | undefined;
}

function hidingOf(type: SampleType, nodata: number | undefined): Hiding {
  const { sampleType, hole } = roomFor(type);
  // Floats need no spare value: they have NaN.
  if (sampleType === type) return { type, value: Number.NaN, nodata };
  if (nodata !== undefined) return { type, value: nodata, nodata };
  return { type: sampleType, value: hole, nodata: Number.isNaN(hole) ? undefined : hole };
}

function hidden(samples: Samples, shown: Samples, { type, value }: Hiding): Samples {
  const isWide = samples.BYTES_PER_ELEMENT === sampleArray(type, 0).BYTES_PER_ELEMENT;
  const masked = isWide ? samples : sampleArray(type, samples.length);
  if (!isWide) masked.set(samples);
  // Most tiles hide nothing.
  const first = shown.indexOf(0);
  if (first >= 0) for (let i = first; i < masked.length; i++) if (shown[i] === 0) masked[i] = value;
  return masked;
}

/** Awaits both promises, even if one fails: no read is left running. */
async function together<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([a, b]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  return [first.value, second.value];
}
