import { alphaBandOf } from './alpha.ts';
import { type GdalItem, gdalItems } from './gdal-metadata.ts';
import type { GeotiffTags } from './geotiff.ts';
import { parseNodata } from './nodata.ts';
import type { Pam } from './pam.ts';

/** What a file, and the one beside it, say of a band; what is beside it holds first, as in GDAL. */
export interface BandFacts {
  /** The no-data value, as it is written. */
  readonly nodata: string | undefined;
  /** The band that says how transparent cells are, where GDAL takes it for a mask of this one. */
  readonly alphaBand: number | undefined;
  /** Values of all bands that together mean no data. */
  readonly nodataOfAll: readonly number[] | undefined;
}

/** Finds out what is said of band `band`, the first of which is 1. */
export function bandFacts(tags: GeotiffTags, band: number, pam: Pam | undefined): BandFacts {
  const items = gdalItems(tags.text('GDAL_METADATA'));
  const bands = tags.number('SamplesPerPixel') ?? 1;
  const isBeside = pam?.bands.get(bands)?.colour === 'Alpha';
  const colour = isBeside ? 'Alpha' : items.find((item) => item.band === bands && item.role === 'colorinterp')?.value;
  return {
    nodata: pam?.bands.get(band)?.nodata ?? tags.text('GDAL_NODATA'),
    alphaBand: alphaBandOf(tags, band, colour),
    nodataOfAll: nodataOfAll(bands, items, pam),
  };
}

function nodataOfAll(bands: number, items: readonly GdalItem[], pam: Pam | undefined): number[] | undefined {
  const own = items.find(({ name, band }) => name === 'NODATA_VALUES' && band === undefined)?.value;
  const text = pam?.items.get('NODATA_VALUES') ?? own;
  const values = text
    ?.trim()
    .split(/\s+/)
    .flatMap((value) => parseNodata(value) ?? []);
  return values?.length === bands ? values : undefined;
}

/** The flag of GDAL by which a mask is that of all bands. */
const perDataset = 2;

/** The band of a mask in a file of its own that is the mask of band `band`; undefined: it has none for it. */
export function maskFileBand(tags: GeotiffTags, band: number): number | undefined {
  const name = `INTERNAL_MASK_FLAGS_${band}`;
  const flags = gdalItems(tags.text('GDAL_METADATA')).find((item) => item.name === name)?.value;
  if (flags === undefined) return undefined;
  const own = (Number.parseInt(flags, 10) & perDataset) === 0 ? band : 1;
  return own <= (tags.number('SamplesPerPixel') ?? 1) ? own : undefined;
}
