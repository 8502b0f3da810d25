import { file, nodata, type Recipe } from './recipe.ts';
import type { Cells } from './tiff-writer.ts';

/** A row of cells among which some may mean no data by this tag. */
const tagged = (text: string, kind: Cells['kind'], bits: number, row: readonly (number | bigint)[]): Recipe =>
  file({ bands: [[row]], kind, bits, tags: [nodata(text)] });

const lowest = -3.4028234663852886e38;
const floats = [lowest, -3.4e38, -9999, -9999.9, 0.1, 1, 1.0000004, 1.000001, 0, Number.NaN, Infinity, -Infinity, 255];
const doubles = [lowest, -Number.MAX_VALUE, 0.1, 0.1000001, -9999.9, -9999, 1, 1.0000004, 1.000001, Number.NaN, 0];

export const nodataTags: Record<string, Recipe> = {
  ...Object.fromEntries(
    [
      '-3.402823e+38',
      '-3.40282e+38',
      '-3.4e38',
      '-3.4E+38',
      '-3,402823e+38',
      '-9999',
      '-9999,9',
      '-9999.9',
      '0.1',
      '1',
      'nan',
      'inf',
      '-inf',
      '-1.#IND',
      '1.#INF',
      '  255  ',
      '255 0',
      '',
      '1.5abc',
      '255 \0\0',
    ].map((text) => [`nodata float32 ${JSON.stringify(text)}`, tagged(text, 'float', 32, floats)]),
  ),
  ...Object.fromEntries(
    ['-3.402823e+38', '-3.40282346638529e+38', '-1.797693e+308', '0,1', '-9999', '1'].map((text) => [
      `nodata float64 ${JSON.stringify(text)}`,
      tagged(text, 'float', 64, doubles),
    ]),
  ),
  ...Object.fromEntries(
    ['255.0', '254.5', '255,0', '-9999', '256', 'nan', '0.4', '-0.4', '1e2', '', '255;0', '255 254'].map((text) => [
      `nodata uint8 ${JSON.stringify(text)}`,
      tagged(text, 'unsigned', 8, [0, 1, 100, 254, 255]),
    ]),
  ),
  ...Object.fromEntries(
    ['-32768', '-9999.0', '-9999.9', '-32768.5', '1e10'].map((text) => [
      `nodata int16 ${JSON.stringify(text)}`,
      tagged(text, 'signed', 16, [-32768, -9999, -9998, -10000, 0, 32767]),
    ]),
  ),
  'nodata uint32 4294967295': tagged('4.294967295e9', 'unsigned', 32, [0, 4294967295, 4294967294]),
  'nodata int32 -2147483648': tagged('-2147483648', 'signed', 32, [0, -2147483648, 2147483647]),
};
