import { type BandScale, bandFacts } from './band-facts.ts';
import { alphaOf, maskOf } from './band-mask.ts';
import { bandTiles } from './band-reader.ts';
import { sizeOf } from './geotiff-grid.ts';
import { storedTiles } from './geotiff-tiles.ts';
import { exactLongs } from './long-samples.ts';
import { maskedTiles } from './mask.ts';
import type { Raster, Scaling, Tiles } from './raster.ts';
import type { RasterFiles } from './raster-files.ts';
import { noDataOf } from './raster-nodata.ts';
import { turnedOver } from './south-up.ts';

/** What the tiles of a raster are made of. */
export interface RasterParts {
  /** What messages call it. */
  readonly name: string;
  readonly files: RasterFiles;
  /** From 1. */
  readonly band: number;
  /** In place of the file's own no-data value. */
  readonly nodata: number | 'none' | undefined;
  /** No mask is looked at. */
  readonly withoutMask: boolean;
  /** Whether values are to be in units, where the file says how samples become such. */
  readonly isScaled: boolean;
  readonly isSouthUp: boolean;
  readonly decodeThreads: number;
}

export type RasterTiles = Tiles & Pick<Raster, 'nodata' | 'valueType' | 'scaling'>;

/**
 * The cells of one band from north to south, those that are hidden by its mask as no data. Throws
 * an Error that says what of the file is not supported.
 */
export function rasterTiles(parts: RasterParts): RasterTiles {
  const { name, files, band, isSouthUp, withoutMask } = parts;
  const { image } = files.directories;
  const stored = storedTiles(image, band);
  const facts = bandFacts(image, band, files.pam);
  const asTold = noDataOf(stored.format, { tag: facts.nodata, given: parts.nodata });
  const unmasked = { ...facts, fill: asTold.fill };
  const mask = withoutMask ? undefined : maskOf(parts, unmasked);
  // Where a mask says what is no data, the file's own value does not.
  const { nodata, fill, isHole, odd } =
    mask === undefined ? asTold : noDataOf(stored.format, { tag: facts.nodata, given: parts.nodata ?? 'none' });
  const isAlphaMeant = mask === undefined && !withoutMask && (nodata === undefined || parts.nodata !== undefined);
  const hiding = isAlphaMeant ? alphaOf(parts, unmasked) : mask;
  const tiles = { ...stored, format: { ...stored.format, odd } };
  const own = bandTiles({ ...parts, source: files.source, tiles, fill: isHole ? undefined : fill });
  const shown = hiding === undefined ? { tiles: own, nodata } : maskedTiles(own, hiding, nodata);
  const size = sizeOf(image);
  const exact = odd?.kind === 'long' ? exactLongs(shown.tiles, { name, ...size }) : shown.tiles;
  const turned = isSouthUp ? turnedOver(exact, size.height, shown.nodata ?? Number.NaN) : exact;
  const scaling = scalingOf(facts.scale, parts.isScaled);
  return { ...turned, nodata: shown.nodata, valueType: own.sampleType, ...(scaling && { scaling }) };
}

/**
 * How samples become values in units; undefined: they are such. Throws an Error where all would
 * become the same.
 */
export function scalingOf(scale: BandScale | undefined, isApplied: boolean): Scaling | undefined {
  if (scale === undefined || (scale.scale === 1 && scale.offset === 0)) return undefined;
  if (isApplied && !(scale.scale !== 0 && Number.isFinite(scale.scale) && Number.isFinite(scale.offset)))
    throw new Error(
      `its scale is ${scale.scale} and its offset ${scale.offset}, expected numbers, and a scale other than 0`,
    );
  return { ...scale, isApplied };
}
