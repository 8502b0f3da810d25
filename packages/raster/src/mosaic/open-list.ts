import { sameCrs } from '@catchment/crs';
import { describeGrid, type Grid } from '../grid.ts';
import { nodataFor } from '../nodata.ts';
import type { OpenGeotiff, RasterOptions } from '../open-raster.ts';
import type { Raster, SampleType, Scaling, Tiling } from '../raster.ts';
import { besidesOf } from '../raster-files.ts';
import { roomFor } from '../sample-room.ts';
import type { Window } from '../spans.ts';
import { placeOn } from '../stack.ts';
import { areCovered } from './covered.ts';
import { filesOf, isVrt, locationOf } from './file-list.ts';
import type { Group } from './file-versions.ts';
import { throwProblems, valuesOf, withEach } from './many.ts';
import { type MosaicCells, mosaicRaster } from './mosaic-raster.ts';
import { mosaicTiling } from './mosaic-tiling.ts';
import { moved, type Sheet, wholeOf } from './sheet.ts';
import { openSheetPool } from './sheet-pool.ts';

/** What is kept of a file that was looked into. */
interface Looked extends Pick<Raster, 'grid' | 'sampleType' | 'nodata' | 'version' | 'files' | 'scaling'> {
  readonly url: string;
  readonly tiling: Tiling;
  /** The type of the samples that are values. */
  readonly valueType: SampleType;
}

/** A file, and its cells on the grid of all. */
interface Placed extends Looked {
  readonly to: Window;
}

/**
 * Opens GeoTIFFs on one grid as one raster: later ones lie on top, and where they have no data
 * those beneath are seen. Cells that no file has are no data. Each file is looked into, and opened
 * again where it is read.
 */
export async function openList(
  options: RasterOptions,
  openGeotiff: OpenGeotiff,
  signal: AbortSignal | undefined,
): Promise<Raster> {
  const { name } = options;
  const open = (url: string, later?: AbortSignal) => openGeotiff({ ...options, url, tileCache: undefined }, later);
  const look = async (url: string): Promise<Looked> => {
    if (isVrt(url)) throw new Error(`raster ${name}: ${locationOf(url)} is a VRT, expected GeoTIFFs in a list`);
    const {
      grid,
      sampleType,
      valueType = sampleType,
      nodata,
      scaling,
      tiling,
      version,
      files,
      close,
    } = await open(url, signal);
    await close();
    return { url, grid, sampleType, valueType, nodata, scaling, tiling, version, ...(files && { files }) };
  };
  const urls = await listed(options);
  const looked = valuesOf(name, await withEach(urls, look, signal));
  const { grid, files } = placed(looked, name);
  const groups = new Map(
    looked.map(({ url, files: [, ...besides] = [] }): [string, Group] => [url, [url, ...besides]]),
  );
  const sheets = files.map(sheetOf);
  return mosaicRaster({
    options,
    grid,
    groups: async () => (await listed(options)).map((url) => groups.get(url) ?? [url, ...besidesOf(url, options)]),
    versions: new Map(files.map(({ url, version }) => [url, version])),
    ...cellsOf(files, grid),
    scaling: scalingOfAll(files, options),
    tiling: mosaicTiling(
      grid,
      sheets.map(({ to, from }, i) => ({ to, from, tile: files[i]!.tiling })),
    ),
    sheets,
    pool: openSheetPool(({ url }) => open(url)),
  });
}

async function listed({ name, url }: RasterOptions): Promise<string[]> {
  try {
    // Of a file that comes twice, the upper one hides the other.
    return [...new Set((await filesOf(url)).reverse())].reverse();
  } catch (cause) {
    throw new Error(`raster ${name}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Who writes cell sizes with eight digits has cells far away so much off, for each cell between.
 */
const drift = 1e-8;

/**
 * The grid around all files, and where they lie on it. Throws an AggregateError of those that do
 * not lie on the first one's.
 */
function placed(looked: readonly Looked[], name: string): { readonly grid: Grid; readonly files: readonly Placed[] } {
  const [first] = looked as [Looked];
  const problems: Error[] = [];
  const windows = looked.map((file) => {
    const place = placeOn(first.grid, file.grid, drift);
    const differs = differenceOf(file, first, place !== undefined);
    if (differs !== undefined)
      problems.push(new Error(`raster ${name}: cannot use ${locationOf(file.url)}: ${differs}`));
    return moved(wholeOf(file.grid), place?.column ?? 0, place?.row ?? 0);
  });
  throwProblems(name, looked.length, problems);
  // Not as arguments: there may be more files than a call can have.
  const least = (value: (window: Window) => number) =>
    windows.reduce((found, one) => Math.min(found, value(one)), Number.POSITIVE_INFINITY);
  const left = least(({ firstColumn }) => firstColumn);
  const top = least(({ firstRow }) => firstRow);
  const { originX, originY, cellWidth, cellHeight } = first.grid;
  const grid = {
    ...first.grid,
    originX: originX + left * cellWidth,
    originY: originY - top * cellHeight,
    width: -least(({ endColumn }) => -endColumn) - left,
    height: -least(({ endRow }) => -endRow) - top,
  };
  return { grid, files: looked.map((file, i) => ({ ...file, to: moved(windows[i]!, -left, -top) })) };
}

function differenceOf(file: Looked, first: Looked, isOnGrid: boolean): string | undefined {
  const { grid, valueType } = file;
  if (valueType !== first.valueType)
    return `it has samples of ${valueType}, expected ${first.valueType}, as ${locationOf(first.url)} has`;
  const same = sameCrs(grid.crs, first.grid.crs);
  if (same && isOnGrid) return undefined;
  const differs = same ? 'its cells do not coincide with those' : 'its CRS is not that';
  return `${differs} of ${locationOf(first.url)}: it has ${describeGrid(grid)}, the other ${describeGrid(first.grid)}`;
}

function sheetOf({ url, version, to, nodata, sampleType }: Placed): Sheet {
  const hasHoles = nodata !== undefined || sampleType.startsWith('float');
  return { url, version, to, from: { column: 0, row: 0 }, holes: hasHoles ? 'open' : 'none' };
}

/**
 * What means no data is what all files say, if they say the same. Else each keeps its own, and what
 * no file has is a value that none of them can have.
 */
function cellsOf(files: readonly Placed[], grid: Grid): MosaicCells {
  const [{ sampleType, valueType, nodata }] = files as [Placed];
  const agree = files.every((file) => file.nodata === nodata && file.sampleType === sampleType);
  const covers = files.map(({ to }) => to);
  if (agree && nodata !== undefined) return { sampleType, nodata, fill: nodata };
  if (agree && !sampleType.startsWith('float') && areCovered(wholeOf(grid), covers))
    return { sampleType, nodata, fill: 0 };
  const room = roomFor(valueType);
  return { sampleType: room.sampleType, nodata: nodataFor(room.hole, room.sampleType), fill: room.hole };
}

/**
 * The scale and offset that all files have; none where they differ, unless values are to be in
 * units.
 */
function scalingOfAll(files: readonly Looked[], { name, scaled = false }: RasterOptions): Scaling | undefined {
  const [first] = files as [Looked];
  const text = ({ scaling }: Looked) => `scale ${scaling?.scale ?? 1} and offset ${scaling?.offset ?? 0}`;
  const other = files.find((file) => text(file) !== text(first));
  if (other === undefined) return first.scaling;
  if (!scaled) return undefined;
  throw new Error(
    `raster ${name}: cannot use ${other.url}: it has ${text(other)}, expected ${text(first)}, as ${first.url} has`,
  );
}
