import { bandTiles } from '../geotiff/band-reader.ts';
import { sizeOf } from '../geotiff/geotiff-grid.ts';
import { storedTiles } from '../geotiff/geotiff-tiles.ts';
import { exactLongs } from '../tiles/long-samples.ts';
import { maskedTiles } from '../tiles/mask.ts';
import type { Raster, Scaling } from '../tiles/raster.ts';
import { turnedOver } from '../tiles/south-up.ts';
import type { Tiles } from '../tiles/tiles.ts';
import { type BandScale, bandFacts } from './band-facts.ts';
import { alphaOf, maskOf } from './band-mask.ts';
import { noDataOf } from './raster-nodata.ts';
import type { RasterParts } from './raster-parts.ts';

export type RasterTiles = Tiles & Pick<Raster, 'nodata' | 'valueType' | 'scaling'>;

/**
 * The cells of one band from north to south; cells that its mask hides are no data. Throws an Error
 * that tells what in the file is not supported.
 */
export function rasterTiles(parts: RasterParts): RasterTiles {
  const { name, files, band, isSouthUp, withoutMask } = parts;
  const { image } = files.directories;
  const stored = storedTiles(image, band);
  const facts = bandFacts(image, band, files.pam);
  const asTold = noDataOf(stored.format, { tag: facts.nodata, given: parts.nodata });
  const unmasked = { ...facts, fill: asTold.fill };
  const mask = withoutMask ? undefined : maskOf(parts, unmasked);
  // If a mask tells what is no data, the file's own value does not.
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
 * The rule that turns samples into values in units; undefined: they are the same. Throws an Error
 * if all values would be equal.
 */
export function scalingOf(scale: BandScale | undefined, isApplied: boolean): Scaling | undefined {
  if (scale === undefined || (scale.scale === 1 && scale.offset === 0)) return undefined;
  if (isApplied && !(scale.scale !== 0 && Number.isFinite(scale.scale) && Number.isFinite(scale.offset)))
    throw new Error(
      `its scale is ${scale.scale} and its offset ${scale.offset}, expected numbers, and a scale other than 0`,
    );
  return { ...scale, isApplied };
}
