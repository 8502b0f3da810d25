import { fractalNoise, randomAt } from './noise.ts';
import type { Surface } from './surface.ts';

/**
 * Land cover (codes of the NLCD), hydrologic soil groups (1 A, 2 B, 3 C, 4 D; 0 no data) and
 * people, row by row.
 */
export interface Cover {
  readonly landcover: Uint8Array;
  /** The same in other years: towns grow, and some fields become woods. */
  readonly landcoverIn: Readonly<Record<OtherYear, Uint8Array>>;
  readonly soil: Uint8Array;
  /** The people in a cell. */
  readonly people: Uint8Array;
}

/** The years of land cover beside that of `landcover`, which is 2021. */
export const otherYears = [2001, 2011, 2040] as const;
type OtherYear = (typeof otherYears)[number];

/**
 * How much larger towns and fields are than in 2021, on the scales of the noise that they follow.
 */
const extents: Readonly<Record<OtherYear, { readonly town: number; readonly farm: number }>> = {
  2001: { town: -0.05, farm: 0.02 },
  2011: { town: -0.02, farm: 0.008 },
  2040: { town: 0.06, farm: 0 },
};

/**
 * Covers the terrain: water and wetlands where it is wet, towns and fields where it is flat, forest
 * on the slopes.
 */
export function coverOf(surface: Surface): Cover {
  const { width, height, slope, wetness } = surface;
  const noise = (feature: number, seed: number) => fractalNoise({ width, height, feature, octaves: 5, seed });
  const [towns, farms, woods, soils] = [noise(420, 21), noise(300, 22), noise(160, 23), noise(220, 24)];
  const samples = () => new Uint8Array(width * height);
  const [landcover, soil, people] = [samples(), samples(), samples()];
  const landcoverIn = { 2001: samples(), 2011: samples(), 2040: samples() };
  for (let cell = 0; cell < landcover.length; cell++) {
    const [column, row] = [cell % width, Math.floor(cell / width)];
    const place = { slope: slope[cell]!, wet: wetness[cell]!, speckle: randomAt(column, row, 25) };
    const field = randomAt(Math.floor(column / 17), Math.floor(row / 13), 26);
    const ground = { ...place, town: towns[cell]!, farm: farms[cell]!, wood: woods[cell]!, field };
    const code = classOf(ground);
    landcover[cell] = code;
    for (const year of otherYears) {
      const { town, farm } = extents[year];
      landcoverIn[year][cell] = classOf({ ...ground, town: ground.town + town, farm: ground.farm + farm });
    }
    soil[cell] = soilOf({ ...place, texture: soils[cell]!, code });
    people[cell] = Math.floor((mostPeople[code] ?? fewPeople) * randomAt(column, row, 27));
  }
  return { landcover, landcoverIn, soil, people };
}

/**
 * The people in a cell of a class, less one. Elsewhere one person lives in every two hundredth
 * cell.
 */
const mostPeople: Readonly<Record<number, number>> = { 11: 0, 21: 2, 22: 4, 23: 8, 24: 18 };
const fewPeople = 1 / (1 - 1 / 200);

interface Place {
  readonly slope: number;
  readonly wet: number;
  readonly speckle: number;
}

interface Ground extends Place {
  readonly town: number;
  readonly farm: number;
  readonly wood: number;
  readonly field: number;
}

function classOf({ slope, wet, speckle, town, farm, wood, field }: Ground): number {
  if (wet > 8.6) return 11;
  if (wet > 7.2 && slope < 12) return speckle < 0.75 ? 90 : 95;
  const density = town + 0.12 * (speckle - 0.5) - slope / 120;
  if (density > 0.56) return 24;
  if (density > 0.47) return 23;
  if (density > 0.38) return 22;
  if (density > 0.3) return 21;
  if (speckle > 0.996) return 31;
  const arable = farm - slope / 45 + 0.08 * (speckle - 0.5);
  if (arable > 0.05) return field < 0.55 ? 82 : 81;
  if (arable > -0.06) return wood > 0.1 ? 52 : 71;
  if (wood > 0.22) return 42;
  return wood > 0.05 ? 43 : 41;
}

function soilOf({ slope, wet, texture, code }: Place & { readonly texture: number; readonly code: number }): number {
  if (code === 11 || code === 24) return 0;
  const drainage = texture + (wet > 5.5 ? -0.3 : 0) - (slope > 35 ? 0.15 : 0);
  if (drainage > 0.3) return 1;
  if (drainage > -0.02) return 2;
  return drainage > -0.28 ? 3 : 4;
}
