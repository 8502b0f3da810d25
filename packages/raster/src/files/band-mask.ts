import { bandTiles } from '../geotiff/band-reader.ts';
import type { GeotiffTags } from '../geotiff/geotiff.ts';
import { sizeOf } from '../geotiff/geotiff-grid.ts';
import { storedTiles } from '../geotiff/geotiff-tiles.ts';
import type { Tiles } from '../tiles/tiles.ts';
import { togetherMask } from '../tiles/together-mask.ts';
import { type BandFacts, maskFileBand } from './band-facts.ts';
import type { RasterParts } from './raster-parts.ts';

/** The facts about a band before its mask. */
export interface UnmaskedBand extends BandFacts {
  /** The value of cells in sparse tiles. */
  readonly fill: number;
}

/**
 * Tiles that hold 0 where the cells of a band are no data, in the order of the file; undefined if
 * there is no mask. A mask in the file has precedence, then one beside it, then values of all bands
 * together.
 */
export function maskOf(parts: RasterParts, band: UnmaskedBand): Tiles | undefined {
  return ownMask(parts) ?? maskBeside(parts) ?? maskOfAll(parts, band);
}

/** The alpha band, if neither a mask nor the file's no-data value tells what is no data. */
export function alphaOf(parts: RasterParts, { alphaBand, fill }: UnmaskedBand): Tiles | undefined {
  const { directories, source } = parts.files;
  if (alphaBand === undefined) return undefined;
  return maskTiles(directories.image, alphaBand, { ...parts, source, name: `${parts.name}: alpha`, fill });
}

function ownMask(parts: RasterParts): Tiles | undefined {
  const { directories, source } = parts.files;
  const { mask } = directories;
  if (mask === undefined) return undefined;
  const band = mask.number('SamplesPerPixel') === undefined || mask.number('SamplesPerPixel') === 1 ? 1 : parts.band;
  return maskTiles(mask, band, { ...parts, source, name: `${parts.name}: mask`, fill: 0 });
}

function maskBeside(parts: RasterParts): Tiles | undefined {
  const { maskFile, directories } = parts.files;
  if (maskFile === undefined) return undefined;
  const { source, tags } = maskFile;
  const band = maskFileBand(tags, parts.band);
  if (band === undefined) return undefined;
  const [own, size] = [sizeOf(tags), sizeOf(directories.image)];
  if (own.width === size.width && own.height === size.height)
    return maskTiles(tags, band, { ...parts, source, name: `${parts.name}: mask`, fill: 0 });
  const sizes = [own, size].map(({ width, height }) => `${width} × ${height}`);
  throw new Error(`its mask ${source.location} is ${sizes[0]} cells large, expected ${sizes[1]}`);
}

/** Each of these bands is read for each tile. */
const mostBands = 64;

function maskOfAll(parts: RasterParts, { nodataOfAll, fill }: UnmaskedBand): Tiles | undefined {
  if (nodataOfAll === undefined) return undefined;
  if (nodataOfAll.length > mostBands)
    throw new Error(`its NODATA_VALUES are those of ${nodataOfAll.length} bands, expected at most ${mostBands}`);
  const { directories, source } = parts.files;
  const bands = nodataOfAll.map((_, i) => maskTiles(directories.image, i + 1, { ...parts, source, fill }));
  return togetherMask(bands, nodataOfAll);
}

type Reading = Omit<Parameters<typeof bandTiles>[0], 'tiles'>;

function maskTiles(tags: GeotiffTags, band: number, reading: Reading): Tiles {
  return bandTiles({ ...reading, tiles: storedTiles(tags, band) });
}
