import { alphaBandOf } from './alpha.ts';
import { bandTiles } from './band-reader.ts';
import type { BytesSource } from './bytes.ts';
import type { GeotiffDirectories } from './geotiff.ts';
import { storedTiles } from './geotiff-tiles.ts';
import { exactLongs } from './long-samples.ts';
import { maskedTiles } from './mask.ts';
import type { Raster, Tiles } from './raster.ts';
import { type NoData, noDataOf } from './raster-nodata.ts';
import { turnedOver } from './south-up.ts';

/** What the tiles of a raster are made of. */
export interface RasterParts {
  /** What messages call it. */
  readonly name: string;
  readonly source: BytesSource;
  readonly directories: GeotiffDirectories;
  /** From 1. */
  readonly band: number;
  /** In place of the file's own no-data value. */
  readonly nodata: number | 'none' | undefined;
  /** No mask is looked at. */
  readonly withoutMask: boolean;
  readonly isSouthUp: boolean;
  readonly decodeThreads: number;
}

export type RasterTiles = Tiles & Pick<Raster, 'nodata' | 'valueType'>;

/**
 * The cells of one band from north to south, those that are hidden by its mask as no data. Throws an Error that says what of the
 * file is not supported.
 */
export function rasterTiles(parts: RasterParts): RasterTiles {
  const { name, directories, band, isSouthUp } = parts;
  const { image } = directories;
  const [width, height] = [image.number('ImageWidth') ?? 0, image.number('ImageLength') ?? 0];
  const stored = storedTiles(image, band);
  const mask = parts.withoutMask ? undefined : maskOf(parts);
  const noData = noDataOf(stored.format, {
    tag: image.text('GDAL_NODATA'),
    given: parts.nodata,
    isMasked: mask !== undefined,
  });
  const { nodata, fill, isHole, odd } = noData;
  const own = bandTiles({
    ...parts,
    tiles: { ...stored, format: { ...stored.format, odd } },
    fill: isHole ? undefined : fill,
  });
  const alpha = mask === undefined && !parts.withoutMask ? alphaOf(parts, noData) : undefined;
  const hiding = mask ?? alpha;
  const shown = hiding === undefined ? { tiles: own, nodata } : maskedTiles(own, hiding, nodata);
  const exact = odd?.kind === 'long' ? exactLongs(shown.tiles, { name, width, height }) : shown.tiles;
  const tiles = isSouthUp ? turnedOver(exact, height, shown.nodata ?? Number.NaN) : exact;
  return { ...tiles, nodata: shown.nodata, valueType: own.sampleType };
}

/** The tiles of the mask, in the order of the file. */
function maskOf(parts: RasterParts): Tiles | undefined {
  const { mask } = parts.directories;
  if (mask === undefined) return undefined;
  const bands = mask.number('SamplesPerPixel') ?? 1;
  const tiles = storedTiles(mask, bands === 1 ? 1 : parts.band);
  return bandTiles({ ...parts, name: `${parts.name}: mask`, tiles, fill: 0 });
}

/** Those of the alpha band, where nothing else in the file says what is no data. */
function alphaOf(parts: RasterParts, { nodata, fill }: Pick<NoData, 'nodata' | 'fill'>): Tiles | undefined {
  if (nodata !== undefined && parts.nodata === undefined) return undefined;
  const { image } = parts.directories;
  const band = alphaBandOf(image, parts.band);
  if (band === undefined) return undefined;
  return bandTiles({ ...parts, name: `${parts.name}: alpha`, tiles: storedTiles(image, band), fill });
}
