import { sameCrs } from '@cellshed/crs';
import { openGeotiff } from '../files/open-geotiff.ts';
import { besidesOf } from '../files/raster-files.ts';
import type { RasterOptions } from '../files/raster-options.ts';
import { describeGrid, type Grid } from '../grid/grid.ts';
import type { Window } from '../grid/window.ts';
import { placeOn } from '../stack/stack.ts';
import { nodataFor } from '../tiles/nodata.ts';
import type { Raster, Scaling } from '../tiles/raster.ts';
import { roomFor } from '../tiles/sample-room.ts';
import type { SampleType } from '../tiles/samples.ts';
import type { Tiling } from '../tiles/tiles.ts';
import { areCovered } from './covered.ts';
import { filesOf, isVrt, locationOf } from './file-list.ts';
import type { Group } from './file-versions.ts';
import { throwProblems, valuesOf, withEach } from './many.ts';
import { type MosaicCells, mosaicRaster } from './mosaic-raster.ts';
import { mosaicTiling } from './mosaic-tiling.ts';
import { moved, type Sheet, wholeOf } from './sheet.ts';
import { openSheetPool } from './sheet-pool.ts';

/** The facts that are kept of a file after its first opening. */
interface Looked extends Pick<Raster, 'grid' | 'sampleType' | 'nodata' | 'version' | 'files' | 'scaling'> {
  readonly url: string;
  readonly tiling: Tiling;
  /** The type of the samples that are values. */
  readonly valueType: SampleType;
}

/** A file, and its cells on the common grid. */
interface Placed extends Looked {
  readonly to: Window;
}

/**
 * Opens GeoTIFFs on one grid as one raster: later ones are on top, and where they have no data
 * those beneath are visible. Cells without a file are no data. Each file is opened once to read its
 * facts, and again when it is needed.
 */
export async function openList(options: RasterOptions, signal: AbortSignal | undefined): Promise<Raster> {
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
    // If a file occurs twice, its upper place hides the lower one.
    return [...new Set((await filesOf(url)).reverse())].reverse();
  } catch (cause) {
    throw new Error(`raster ${name}: ${(cause as Error).message}`, { cause });
  }
}

/** The error of far cells if a cell size has only eight digits, for each cell in between. */
const drift = 1e-8;

/**
 * The grid around all files, and their places on it. Throws an AggregateError of the files that do
 * not fit the grid of the first one.
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
  // The values are not passed as arguments: there may be more files than a call can have.
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
 * If all files have the same no-data value, it is the mosaic's. Otherwise each file keeps its own,
 * and cells without a file get a value that none of the files can have.
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
 * The common scale and offset of all files; none if they differ, unless values are wanted in units.
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
