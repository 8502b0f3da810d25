import { crsFromText } from '@cellshed/crs';
import { openBytes } from '../bytes/open-bytes.ts';
import { openGeotiff } from '../files/open-geotiff.ts';
import { besidesOf } from '../files/raster-files.ts';
import type { GeotiffOptions, RasterOptions } from '../files/raster-options.ts';
import { scalingOf } from '../files/raster-tiles.ts';
import { type Grid, refuseCells } from '../grid/grid.ts';
import { nodataFor } from '../tiles/nodata.ts';
import type { Raster } from '../tiles/raster.ts';
import { holdsAll, roomFor } from '../tiles/sample-room.ts';
import { isVrt, locationOf } from './file-list.ts';
import { currentVersions, type Group } from './file-versions.ts';
import { valuesOf, withEach } from './many.ts';
import { type MosaicCells, mosaicRaster } from './mosaic-raster.ts';
import { mosaicTiling } from './mosaic-tiling.ts';
import { intersection, moved, type Sheet, type SheetHoles, wholeOf } from './sheet.ts';
import { openSheetPool } from './sheet-pool.ts';
import { sourceUrl } from './source-url.ts';
import { readVrt, type Vrt } from './vrt.ts';
import type { Size, VrtSource } from './vrt-sources.ts';

/** A larger VRT has more files than any real one. */
const mostBytes = 64 * 2 ** 20;

type VrtOptions = RasterOptions & { readonly url: string };

/** A source, and its file. */
interface Located extends VrtSource {
  readonly url: string;
  readonly holes: SheetHoles;
}

/** A sheet with the size of its file. */
interface VrtSheet extends Sheet {
  readonly band: number;
  readonly size: Size;
}

/**
 * Opens a VRT of GeoTIFFs, which is read as in GDAL: cells without a file hold its no-data value
 * or, without one, 0. The versions of the files are looked up at once; a file is opened when it is
 * read.
 */
export async function openVrt(options: VrtOptions, signal: AbortSignal | undefined): Promise<Raster> {
  const { name, url } = options;
  const { vrt, ownVersion, grid, sources } = await readSources(options, signal);
  const files = [...new Set(sources.map((source) => source.url))];
  const groups = files.map((file): Group => [file, ...besidesOf(file, options)]);
  const versions = await currentVersions(groups, options, signal);
  const cells = cellsOf(vrt, options);
  const open = (one: Pick<VrtSheet, 'url' | 'band' | 'holes'>, later?: AbortSignal) =>
    openGeotiff(
      { ...options, ...opening(one.holes), url: one.url, band: one.band, placed: grid, tileCache: undefined },
      later,
    );
  const measured = await withSizes(sources, open, name, signal);
  return mosaicRaster({
    options,
    grid,
    groups: async () => [[url], ...groups],
    versions: new Map([[url, ownVersion], ...versions]),
    ...cells,
    scaling: scalingOf(vrt.scale, options.scaled ?? false),
    tiling: mosaicTiling(
      vrt,
      measured.map(({ to, from, size, block }) => ({ to: to ?? wholeOf(size), from, tile: block })),
    ),
    sheets: measured.flatMap((source) => sheetOf(source, vrt, versions.get(source.url) as string)),
    pool: openSheetPool(async (sheet) => checked(sheet as VrtSheet, await open(sheet as VrtSheet), vrt)),
  });
}

async function readSources(options: VrtOptions, signal: AbortSignal | undefined) {
  const { name } = options;
  const blamed = (place: string, cause: unknown) => {
    signal?.throwIfAborted();
    return new Error(`raster ${name}: ${place}${(cause as Error).message}`, { cause });
  };
  const { bytes, location, version } = await readAll(options, signal).catch((cause: unknown) => {
    throw blamed('', cause);
  });
  try {
    if (bytes.length > mostBytes) throw new Error(`it has more than ${mostBytes} bytes, expected fewer`);
    const vrt = readVrt(new TextDecoder().decode(bytes), options.band ?? 1);
    const sources = vrt.sources.map((one) => located(one, vrt, options));
    return { vrt, ownVersion: version, grid: gridOf(vrt, options), sources };
  } catch (cause) {
    throw blamed(`cannot use ${location}: `, cause);
  }
}

async function readAll({ url, network, version }: VrtOptions, signal: AbortSignal | undefined) {
  const source = await openBytes(url, { network, version, signal });
  const { location, version: ownVersion } = source;
  const bytes = await source.read(0, mostBytes + 1, signal).finally(() => source.close());
  return { bytes, location, version: ownVersion };
}

function gridOf({ srs, place, width, height }: Vrt, { crs }: VrtOptions): Grid {
  const written = crs ?? srs;
  if (written === undefined) throw new Error('it names no CRS: give one with crs in the catalog');
  const grid = { crs: crsFromText(written), ...place, width, height };
  refuseCells(grid);
  return grid;
}

function located(source: VrtSource, { isMasked }: Vrt, { url: vrt, mask }: VrtOptions): Located {
  const url = sourceUrl(vrt, source);
  if (isVrt(url)) {
    const file = source.file.slice(-200);
    throw new Error(`it names ${file}, a VRT itself, expected GeoTIFFs: gdalbuildvrt makes one of their files`);
  }
  return { ...source, url, holes: holesOf(source, isMasked && mask !== 'none') };
}

function holesOf({ seenThrough }: VrtSource, isMasked: boolean): SheetHoles {
  if (typeof seenThrough === 'number') return { value: seenThrough };
  if (seenThrough === 'mask') return 'open';
  return isMasked ? 'hiding' : 'none';
}

/**
 * The options for the file of a source: raw if its samples are taken as they are, otherwise with
 * its mask and its no-data value.
 */
function opening(holes: SheetHoles): Pick<GeotiffOptions, 'nodata' | 'mask'> {
  if (holes === 'open') return { nodata: undefined, mask: undefined };
  return { nodata: 'none', mask: holes === 'hiding' ? undefined : 'none' };
}

/** The assumed size of tiles if the VRT has none. A wrong size only costs time. */
const usualBlock = { width: 512, height: 512 };

type Open = (one: Pick<Located, 'url' | 'band' | 'holes'>, signal: AbortSignal | undefined) => Promise<Raster>;

/** Completes the sizes of sources: the VRT's, or else the size of the file. */
async function withSizes(sources: readonly Located[], open: Open, name: string, signal: AbortSignal | undefined) {
  const measure = async (source: Located) => {
    const { size, block = usualBlock } = source;
    if (size !== undefined) return { ...source, size, block };
    const raster = await open(source, signal);
    await raster.close();
    return { ...source, size: raster.grid, block: raster.tiling };
  };
  return valuesOf(name, await withEach(sources, measure, signal));
}

/** The cells of a source that are both in its file and in the VRT; none if there are none. */
function sheetOf(source: Located & { readonly size: Size }, vrt: Vrt, version: string): VrtSheet[] {
  const { url, band, size, from, holes } = source;
  const to = source.to ?? wholeOf(size);
  const [right, down] = [from.column - to.firstColumn, from.row - to.firstRow];
  const inFile = intersection(moved(to, right, down), wholeOf(size));
  const inBoth = inFile && intersection(moved(inFile, -right, -down), wholeOf(vrt));
  if (inBoth === undefined) return [];
  return [
    {
      url,
      version,
      band,
      size,
      to: inBoth,
      from: { column: inBoth.firstColumn + right, row: inBoth.firstRow + down },
      holes,
    },
  ];
}

function cellsOf({ sampleType, nodata, fill, isMasked }: Vrt, { nodata: given, mask }: VrtOptions): MosaicCells {
  const isHiding = isMasked && mask !== 'none';
  const said = given ?? (isHiding ? undefined : nodata) ?? 'none';
  const meant = said === 'none' ? undefined : nodataFor(said, sampleType);
  if (!isHiding) return { sampleType, nodata: meant, fill };
  if (meant !== undefined) return { sampleType, nodata: meant, fill: meant };
  // Hidden cells and cells without a file get a value that no cell has.
  const room = roomFor(sampleType);
  return { sampleType: room.sampleType, nodata: nodataFor(room.hole, room.sampleType), fill: room.hole };
}

/** Returns the file of a sheet after a check that it fits the VRT. */
async function checked({ size, url }: VrtSheet, raster: Raster, vrt: Vrt): Promise<Raster> {
  const { grid, sampleType, valueType = sampleType, name } = raster;
  const isSize = grid.width === size.width && grid.height === size.height;
  if (isSize && holdsAll(vrt.sampleType, valueType)) return raster;
  await raster.close();
  const [is, expected] = isSize
    ? [`has samples of ${valueType}`, `such as the VRT's ${vrt.sampleType} can hold`]
    : [`is ${grid.width} × ${grid.height} cells large`, `${size.width} × ${size.height}, as its VRT says`];
  throw new Error(`raster ${name}: cannot use ${locationOf(url)}: it ${is}, expected ${expected}`);
}
