import type { GeotiffTags } from './geotiff.ts';
import { sampleFormatOf } from './sample-format.ts';

/** Values of the tag ExtraSamples: colours were multiplied by it, or not. */
const alphas = [1, 2];

/**
 * The band that says how transparent cells of band `band` are, where GDAL takes it for a mask: the last of two or four, of 8 or 16 bits.
 * Cells are no data where they are wholly transparent.
 */
export function alphaBandOf(tags: GeotiffTags, band: number): number | undefined {
  const bands = tags.number('SamplesPerPixel') ?? 1;
  if ((bands !== 2 && bands !== 4) || band === bands) return undefined;
  const extra = Array.from(tags.numbers('ExtraSamples'));
  const { sampleType } = sampleFormatOf(tags);
  const isAlpha = alphas.includes(extra.at(-1) ?? 0);
  return isAlpha && (sampleType === 'uint8' || sampleType === 'uint16') ? bands : undefined;
}
