import type { GeotiffTags } from './geotiff.ts';
import { sampleFormatOf } from './sample-format.ts';

/** Values of the tag ExtraSamples for alpha: colours were multiplied by it, or not. */
const alphas = [1, 2];

/**
 * The band with the opacity of the cells of band `band`, if GDAL takes it for a mask: the last of
 * two or four, of 8 or 16 bits. `colour` is the meaning of the last band in GDAL's words; if it is
 * undefined, the tags decide. Wholly transparent cells are no data.
 */
export function alphaBandOf(tags: GeotiffTags, band: number, colour?: string): number | undefined {
  const bands = tags.number('SamplesPerPixel') ?? 1;
  if ((bands !== 2 && bands !== 4) || band === bands) return undefined;
  const { sampleType } = sampleFormatOf(tags);
  if (sampleType !== 'uint8' && sampleType !== 'uint16') return undefined;
  const isAlpha =
    colour === undefined ? alphas.includes(tags.numbers('ExtraSamples')[lastExtra(tags)] ?? 0) : colour === 'Alpha';
  return isAlpha ? bands : undefined;
}

function lastExtra(tags: GeotiffTags): number {
  return tags.numbers('ExtraSamples').length - 1;
}
