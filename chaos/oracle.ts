import type { Area } from '../test/way/areas.ts';
import type { RasterName, Rasters } from './rasters.ts';

/** The operations of the catalog, with their rasters. */
export const operations = { web: 'web', local: 'local', brief: 'web', figures: 'local' } as const;
export type Operation = keyof typeof operations;

/** One result that is asked for. */
export interface Wanted {
  readonly operation: Operation;
  readonly area: Area;
  readonly coverage: 'centre' | 'fraction';
}

/** A result as clients read it, with the members of all operations. */
export interface Result {
  readonly operation: Operation;
  readonly area: string;
  readonly cells: number;
  readonly groups?: readonly { readonly values: readonly number[]; readonly cells: number }[];
  readonly count?: number;
  readonly min?: number;
  readonly max?: number;
  readonly sum?: number;
}

/** Shares of cells are rounded. */
const mostRelativeError = 1e-6;

/**
 * The value of all cells by a result; undefined where it contradicts itself or says another number
 * of cells.
 */
export function valueOf(result: Result, cells: number): number | undefined {
  const isNumber = (seen: number | undefined) =>
    seen !== undefined && Math.abs(seen - cells) <= mostRelativeError * cells;
  if (!isNumber(result.cells)) return undefined;
  if (result.groups) {
    const [group, ...others] = result.groups;
    return others.length === 0 && isNumber(group?.cells) ? group?.values[0] : undefined;
  }
  const { count, min, max, sum } = result;
  return isNumber(count) && min === max && isNumber((sum as number) / (min as number)) ? min : undefined;
}

/**
 * A sentence about a result that is wrong by the definition of its area and of its raster at that
 * time.
 */
export function problemOf(
  result: Result | undefined,
  { operation, area }: Wanted,
  { rasters, from, until }: { readonly rasters: Pick<Rasters, 'had'>; readonly from: number; readonly until: number },
): string | undefined {
  const value = result && valueOf(result, area.cells);
  if (value !== undefined && rasters.had(rasterOf(operation), value, from, until)) return undefined;
  return `${operation} on ${area.cells} cells is ${JSON.stringify(result)?.slice(0, 300)}`;
}

export function rasterOf(operation: Operation): RasterName {
  return operations[operation];
}
