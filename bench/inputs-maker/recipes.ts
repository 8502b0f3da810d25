import type { Patchwork } from './patches.ts';
import { grid } from './place.ts';

const size = { width: grid.width, height: grid.height };

/** Land cover: sixteen codes of the NLCD, in runs of about nine cells along a row. */
export const land: Patchwork = {
  ...size,
  seed: 11,
  classes: classesOf({
    11: 3,
    12: 1,
    21: 4,
    22: 3,
    23: 2,
    24: 1,
    31: 1,
    41: 10,
    42: 7,
    43: 3,
    52: 5,
    71: 6,
    81: 6,
    82: 8,
    90: 3,
    95: 1,
  }),
  roughness: 116,
  specks: [480, 440, 700, 1200, 1600, 2400, 4000, 6000, 9000, 12_000],
};

/** Soil groups: seven, and 255 where there is none, in runs of about 36 cells. */
export const soil: Patchwork = {
  ...size,
  seed: 77,
  classes: classesOf({ 1: 6, 2: 22, 3: 14, 4: 9, 5: 5, 6: 4, 7: 3, 255: 1 }),
  roughness: 63,
  specks: [13, 30, 90, 260, 900, 1500, 3000, 5000, 9000, 12_000],
};

/** The classes, each as often as its number says; 64 in all. */
function classesOf(often: Readonly<Record<number, number>>): Uint8Array {
  return Uint8Array.from(Object.entries(often).flatMap(([value, times]) => Array<number>(times).fill(Number(value))));
}
