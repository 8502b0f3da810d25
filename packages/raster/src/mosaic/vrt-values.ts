import type { XmlElement } from '@cellshed/xml';

/** A command that helps with every VRT that GDAL can read. */
export const asFile =
  'gdal_translate -co COMPRESS=DEFLATE -co TILED=YES -co BIGTIFF=IF_SAFER IN.vrt OUT.tif makes a file of it';

/** The number in an element or attribute. */
export function number(text: string, name: string): number {
  const value = Number(text.trim());
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new Error(`its ${name} is "${text.slice(0, 40)}", expected a number`);
}

/** The whole number in a required attribute. */
export function wholeNumber({ name, attributes }: XmlElement, attribute: string, least: number): number {
  const value = number(attributes[attribute] ?? '', `${name} ${attribute}`);
  if (Number.isInteger(value) && value >= least && value <= mostCells) return value;
  throw new Error(`its ${name} ${attribute} is ${value}, expected a whole number from ${least} to ${mostCells}`);
}

/** The most cells along one side, as in GDAL. */
const mostCells = 2 ** 31 - 1;

/** Tells whether a text means yes, as in GDAL. */
export function isTrue(text = ''): boolean {
  return /^(1|true|yes|on)$/i.test(text);
}
