import { dyadicOf, quotient } from './dyadic.ts';
import { addSums, type ExactSum } from './exact-sum.ts';

/**
 * The true areas of cells, those with data apart from the others, and the values of the former
 * times their areas. A cell in part counts by its share of its area. Plain JSON.
 */
export interface DataAreas {
  /** The square metres of the cells with data. */
  readonly area: ExactSum;
  /** Those of the others. */
  readonly noDataArea: ExactSum;
  /** The sum of value × area over the cells with data. */
  readonly areaSum: ExactSum;
}

/** The part of a total that has areas, where they are summed. */
export interface WithAreas {
  readonly areas?: DataAreas;
}

/** The areas of the cells of both; none where one of them has none. */
export function addAreas({ areas: a }: WithAreas, { areas: b }: WithAreas): WithAreas {
  if (a === undefined || b === undefined) return {};
  return {
    areas: {
      area: addSums([a.area, b.area]),
      noDataArea: addSums([a.noDataArea, b.noDataArea]),
      areaSum: addSums([a.areaSum, b.areaSum]),
    },
  };
}

/**
 * The mean of the values, each weighted by the area of its cell, correctly rounded; null: no cells
 * with data, or values too large.
 */
export function averageByArea({ area, areaSum }: DataAreas): number | null {
  if (area === null || areaSum === null || area.length === 0) return null;
  return quotient(dyadicOf(areaSum), dyadicOf(area));
}
