import { freeMemory } from '../bytes/free-memory.ts';
import type { Window } from '../grid/window.ts';
import type { Raster } from '../tiles/raster.ts';
import { sampleArray } from '../tiles/sample-words.ts';
import type { Samples, SampleType } from '../tiles/samples.ts';
import { openTileCache } from '../tiles/tile-cache.ts';
import { readWindow } from '../tiles/tile-window.ts';
import type { TileCache, Tiles, Tiling } from '../tiles/tiles.ts';
import { type Canvas, type Holes, holesIn, paintBeneath } from './paint.ts';
import { contains, intersection, moved, type Sheet, type SheetHoles, type UseSheet } from './sheet.ts';
import type { Size } from './vrt-sources.ts';

/** The files of a raster; later ones are on top. */
export interface Mosaic {
  /** The name in messages. */
  readonly name: string;
  readonly size: Size;
  readonly tiling: Tiling;
  readonly sampleType: SampleType;
  readonly nodata: number | undefined;
  /** The value of cells without a file. */
  readonly fill: number;
  /** Whether that value means no data. */
  readonly isFillHole: boolean;
  readonly sheets: readonly Sheet[];
}

/**
 * The most files that are checked for hiding another one: reading one more file costs less than
 * checking thousands for each.
 */
const mostCovers = 256;

/** The most files that are read at once for a tile. */
const mostAtOnce = 8;

/** The tiles of a raster of several files. Each file is read only where it is visible. */
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
 * The files that have cells in a window, the uppermost first, without those that are wholly beneath
 * a file without holes.
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

/** A tile of the file itself, if it equals the wanted tile, cell by cell. */
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

/** Tells whether the holes of a file have the same meaning in the mosaic. */
function areMeant(holes: SheetHoles, raster: Raster, { nodata, fill }: Mosaic): boolean {
  if (holes === 'none') return true;
  return typeof holes === 'object' ? Object.is(holes.value, fill) : raster.nodata === nodata;
}

/** The cells of a file in a window. */
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
 * The cells of a window, painted from the top until all have a value; undefined if none has one,
 * and this means no data.
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

/** Awaits all promises before it throws the error of one: no read is left running. */
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
 * A cache for the tiles of the files, because neighbours need parts of the same tile. It is emptied
 * after it was idle for a while.
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
