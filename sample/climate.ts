import { fractalNoise } from './noise.ts';
import type { Surface } from './surface.ts';

export const seasons = ['winter', 'spring', 'summer', 'autumn'] as const;
export type Season = (typeof seasons)[number];

/** Cells of the terrain across a cell of the climate, which is as coarse as real normals are. */
export const cellsOfClimate = 32;

export interface Climate {
  readonly width: number;
  readonly height: number;
  /** Millimetres in a season, row by row. */
  readonly precipitation: Readonly<Record<Season, Int16Array>>;
}

/**
 * The rain of a season: millimetres at sea level, millimetres more for each metre of height, and
 * how much they vary from place to place.
 */
const normals: Record<Season, readonly [base: number, perMetre: number, spread: number]> = {
  winter: [190, 0.16, 30],
  spring: [240, 0.12, 30],
  summer: [270, 0.06, 60],
  autumn: [230, 0.1, 35],
};

/**
 * Seasons that are wetter the higher it is. Whole cells of the climate only: what is left of the
 * terrain has none.
 */
export function climateOf({ elevation, ...size }: Pick<Surface, 'elevation' | 'width' | 'height'>): Climate {
  const width = Math.floor(size.width / cellsOfClimate);
  const height = Math.floor(size.height / cellsOfClimate);
  const metres = Float64Array.from({ length: width * height }, (_, cell) => {
    let sum = 0;
    const [left, top] = [(cell % width) * cellsOfClimate, Math.floor(cell / width) * cellsOfClimate];
    for (let row = top; row < top + cellsOfClimate; row++)
      for (let column = left; column < left + cellsOfClimate; column++) sum += elevation[row * size.width + column]!;
    return sum / cellsOfClimate ** 2;
  });
  const inSeason = (season: Season, index: number) => {
    const [base, perMetre, spread] = normals[season];
    const noise = fractalNoise({ width, height, feature: 24, octaves: 3, seed: 31 + index });
    return Int16Array.from(metres, (metre, cell) => Math.round(base + perMetre * metre + spread * noise[cell]!));
  };
  const precipitation = Object.fromEntries(seasons.map((season, index) => [season, inSeason(season, index)]));
  return { width, height, precipitation: precipitation as Record<Season, Int16Array> };
}
