import { freeMemory } from '../free-memory.ts';
import type { Raster, Samples, SampleType, Tiles, Tiling } from '../raster.ts';
import { sampleArray } from '../sample-words.ts';
import type { Window } from '../spans.ts';
import { openTileCache, type TileCache } from '../tile-cache.ts';
import { readWindow } from '../tile-window.ts';
import { type Canvas, type Holes, holesIn, paintBeneath } from './paint.ts';
import { contains, intersection, moved, type Sheet, type SheetHoles, type UseSheet } from './sheet.ts';
import type { Size } from './vrt-sources.ts';

/** What is made of files: those that come later lie on top. */
export interface Mosaic {
  /** For messages. */
  readonly name: string;
  readonly size: Size;
  readonly tiling: Tiling;
  readonly sampleType: SampleType;
  readonly nodata: number | undefined;
  /** The value of cells that no file has. */
  readonly fill: number;
  /** Whether that value means no data. */
  readonly isFillHole: boolean;
  readonly sheets: readonly Sheet[];
}

/**
 * Files by which others may be hidden: a file more that is read costs less than looking at
 * thousands for each.
 */
const mostCovers = 256;

/** Files that are read at once for a tile. */
const mostAtOnce = 8;

/**
 * The tiles of a raster that is made of several files, each of which is read only where it is seen.
 */
export function mosaicTiles(mosaic: Mosaic, useSheet: UseSheet): Tiles {
  const { name, tiling, sampleType } = mosaic;
  const cache = idleCache();
  return {
    sampleType,
    tiling,
    async readTile(column, row, signal) {
      signal?.throwIfAborted();
      if (!(column >= 0 && column < tiling.across && row >= 0 && row < tiling.down)) {
        throw new RangeError(
          `raster ${name}: no tile ${column}, ${row}, expected ${tiling.across} × ${tiling.down} tiles`,
        );
      }
      const window = windowOf(mosaic, column, row);
      const seen = sheetsSeen(mosaic.sheets, window);
      const [only] = seen;
      if (only !== undefined && seen.length === 1) {
        const read = (raster: Raster) => wholeTile(mosaic, window, only, raster, signal);
        const whole = await useSheet(only, read, signal);
        if (whole !== undefined) return whole.samples;
      }
      const place = { window, fill: mosaic.fill, lend: cache().lend, signal };
      const read = (sheet: Sheet) => useSheet(sheet, (raster) => pieceOf(raster, sheet, place), signal);
      return painted(mosaic, window, seen, read);
    },
  };
}

function windowOf({ tiling, size }: Mosaic, column: number, row: number): Window {
  const [firstColumn, firstRow] = [column * tiling.width, row * tiling.height];
  return {
    firstColumn,
    firstRow,
    endColumn: Math.min(firstColumn + tiling.width, size.width),
    endRow: Math.min(firstRow + tiling.height, size.height),
  };
}

/**
 * The files that have cells in a window, the uppermost first, but for those that lie wholly beneath
 * one without holes.
 */
function sheetsSeen(sheets: readonly Sheet[], window: Window): Sheet[] {
  const seen: Sheet[] = [];
  const covers: Window[] = [];
  for (let i = sheets.length - 1; i >= 0; i--) {
    const sheet = sheets[i]!;
    const own = intersection(sheet.to, window);
    if (own === undefined || covers.some((cover) => contains(cover, own))) continue;
    seen.push(sheet);
    const isCover = sheet.holes === 'none' || sheet.holes === 'hiding';
    if (isCover && covers.length < mostCovers) covers.push(own);
  }
  return seen;
}

/** A tile of the file itself, where it is the one that is wanted, cell by cell. */
async function wholeTile(
  mosaic: Mosaic,
  window: Window,
  { to, from, holes }: Sheet,
  raster: Raster,
  signal: AbortSignal | undefined,
): Promise<{ readonly samples: Samples | undefined } | undefined> {
  const { tiling } = mosaic;
  const isSame =
    raster.sampleType === mosaic.sampleType &&
    raster.tiling.width === tiling.width &&
    raster.tiling.height === tiling.height &&
    contains(to, window);
  if (!isSame || !areMeant(holes, raster, mosaic)) return undefined;
  const column = (window.firstColumn - to.firstColumn + from.column) / tiling.width;
  const row = (window.firstRow - to.firstRow + from.row) / tiling.height;
  if (!Number.isInteger(column) || !Number.isInteger(row)) return undefined;
  return { samples: await raster.readTile(column, row, signal) };
}

/** Whether the holes of a file mean in the mosaic what they mean in the file. */
function areMeant(holes: SheetHoles, raster: Raster, { nodata, fill }: Mosaic): boolean {
  if (holes === 'none') return true;
  return typeof holes === 'object' ? Object.is(holes.value, fill) : raster.nodata === nodata;
}

/** What a file has in a window. */
interface Piece {
  readonly to: Window;
  readonly samples: Samples;
  readonly holes: Holes | undefined;
}

interface Place extends Pick<Mosaic, 'fill'>, Pick<TileCache, 'lend'> {
  readonly window: Window;
  readonly signal: AbortSignal | undefined;
}

async function pieceOf(
  raster: Raster,
  sheet: Sheet,
  { window, fill, lend, signal }: Place,
): Promise<Piece | undefined> {
  const to = intersection(sheet.to, window) as Window;
  const own = moved(to, sheet.from.column - sheet.to.firstColumn, sheet.from.row - sheet.to.firstRow);
  const hole = raster.nodata ?? Number.NaN;
  const samples = await readWindow(raster, own, { hole, lend, signal });
  if (samples === undefined && sheet.holes === 'open') return undefined;
  const cells = (to.endColumn - to.firstColumn) * (to.endRow - to.firstRow);
  return {
    to,
    samples: samples ?? sampleArray(raster.sampleType, cells).fill(hole),
    holes: holesIn(raster, sheet.holes, fill),
  };
}

/**
 * The cells of a window, painted from the top until all have a value; undefined: none has one, and
 * that is no data.
 */
async function painted(
  { sampleType, tiling, fill, isFillHole }: Mosaic,
  window: Window,
  seen: readonly Sheet[],
  read: (sheet: Sheet) => Promise<Piece | undefined>,
): Promise<Samples | undefined> {
  const [columns, rows] = [window.endColumn - window.firstColumn, window.endRow - window.firstRow];
  const cells = tiling.width * tiling.height;
  let canvas: Canvas | undefined;
  for (let next = 0; next < seen.length && canvas?.unpainted !== 0; next += mostAtOnce) {
    for (const piece of await allOf(seen.slice(next, next + mostAtOnce).map(read))) {
      if (piece === undefined) continue;
      canvas ??= {
        samples: filled(sampleType, cells, fill),
        stride: tiling.width,
        painted: new Uint8Array(cells),
        window,
        unpainted: columns * rows,
      };
      paintBeneath(canvas, piece.to, piece.samples, piece.holes);
      freeMemory(piece.samples);
    }
  }
  if (canvas !== undefined && canvas.unpainted < columns * rows) return canvas.samples;
  return isFillHole ? undefined : filled(sampleType, cells, fill);
}

/** Waits for all before it throws what one of them throws: nothing is left running. */
async function allOf<T>(readings: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(readings);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

function filled(type: SampleType, cells: number, fill: number): Samples {
  const samples = sampleArray(type, cells);
  return fill === 0 ? samples : samples.fill(fill);
}

const keptBytes = 16 * 2 ** 20;
const idleMilliseconds = 10_000;

/**
 * A cache of the files' tiles, for the neighbours that need parts of the same; empty when nobody
 * has asked for so long.
 */
function idleCache(): () => TileCache {
  const cache = openTileCache({ mostBytes: keptBytes, leastTiles: 4 });
  let idle: NodeJS.Timeout | undefined;
  return () => {
    idle ??= setTimeout(() => {
      idle = undefined;
      cache.clear();
    }, idleMilliseconds).unref();
    idle.refresh();
    return cache;
  };
}
