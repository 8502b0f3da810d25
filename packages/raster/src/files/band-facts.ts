import { alphaBandOf } from '../geotiff/alpha.ts';
import type { GeotiffTags } from '../geotiff/geotiff.ts';
import { parseNumber } from '../tiles/nodata.ts';
import { type GdalItem, gdalItems } from './gdal-metadata.ts';
import type { Pam, PamBand } from './pam.ts';

/**
 * The facts about a band in a file and in the one beside it; the file beside it has precedence, as
 * in GDAL.
 */
export interface BandFacts {
  /** The no-data value as it is written. */
  readonly nodata: string | undefined;
  /** The band with the opacity of cells, if GDAL takes it for a mask of this one. */
  readonly alphaBand: number | undefined;
  /**
   * The factor and the offset that turn samples into values in units; undefined: the file has
   * neither.
   */
  readonly scale: BandScale | undefined;
  /** The values of all bands that together mean no data. */
  readonly nodataOfAll: readonly number[] | undefined;
}

export interface BandScale {
  readonly scale: number;
  readonly offset: number;
}

/** Reads the facts about band `band`; the first is 1. */
export function bandFacts(tags: GeotiffTags, band: number, pam: Pam | undefined): BandFacts {
  const items = gdalItems(tags.text('GDAL_METADATA'));
  const bands = tags.number('SamplesPerPixel') ?? 1;
  const isBeside = pam?.bands.get(bands)?.colour === 'Alpha';
  const colour = isBeside ? 'Alpha' : items.find((item) => item.band === bands && item.role === 'colorinterp')?.value;
  return {
    nodata: pam?.bands.get(band)?.nodata ?? tags.text('GDAL_NODATA'),
    alphaBand: alphaBandOf(tags, band, colour),
    scale: besideScale(pam?.bands.get(band)) ?? ownScale(items.filter((item) => item.band === band)),
    nodataOfAll: nodataOfAll(bands, items, pam),
  };
}

/** If the file beside the raster has one of the two, the other one is not taken from the raster. */
function besideScale(band: PamBand | undefined): BandScale | undefined {
  return bandScale(band?.scale, band?.offset);
}

function ownScale(items: readonly GdalItem[]): BandScale | undefined {
  const written = (role: string) => items.find((item) => item.role === role)?.value;
  return bandScale(written('scale'), written('offset'));
}

/**
 * Scale and offset as they are written, if there is one of them; a missing scale is 1, a missing
 * offset 0.
 */
export function bandScale(scale: string | undefined, offset: string | undefined): BandScale | undefined {
  if (scale === undefined && offset === undefined) return undefined;
  return { scale: parseNumber(scale ?? '') ?? 1, offset: parseNumber(offset ?? '') ?? 0 };
}

function nodataOfAll(bands: number, items: readonly GdalItem[], pam: Pam | undefined): number[] | undefined {
  const own = items.find(({ name, band }) => name === 'NODATA_VALUES' && band === undefined)?.value;
  const text = pam?.items.get('NODATA_VALUES') ?? own;
  const values = text
    ?.trim()
    .split(/\s+/)
    .flatMap((value) => parseNumber(value) ?? []);
  return values?.length === bands ? values : undefined;
}

/** GDAL's flag for a mask of all bands. */
const perDataset = 2;

/** The band of a separate mask file that is the mask of band `band`; undefined if it has none. */
export function maskFileBand(tags: GeotiffTags, band: number): number | undefined {
  const name = `INTERNAL_MASK_FLAGS_${band}`;
  const flags = gdalItems(tags.text('GDAL_METADATA')).find((item) => item.name === name)?.value;
  if (flags === undefined) return undefined;
  const own = (Number.parseInt(flags, 10) & perDataset) === 0 ? band : 1;
  return own <= (tags.number('SamplesPerPixel') ?? 1) ? own : undefined;
}
