import { type Budget, unlimited } from '@catchment/budget';
import {
  type Crs,
  type Flat,
  fromLonLat,
  isGeographic,
  linesAround,
  linesCut,
  polygonsAround,
  polygonsCut,
  sameCrs,
  seamOf,
  toLonLat,
  unrolled,
  unrolledLine,
  type WorldWidth,
} from '@catchment/crs';
import type { Grid } from './grid.ts';
import type { Window } from './spans.ts';

/** A position of an area or a line has no place in the raster's CRS. */
export class UnprojectablePositionError extends Error {
  override readonly name = 'UnprojectablePositionError';
}

type Positions = readonly (readonly [number, number])[];

/** Brings positions of one CRS to the cells of a grid. Throws UnprojectablePositionError. */
export interface CellProjector {
  /** The rings of a polygon; several polygons where it goes on at another end of the grid's CRS. */
  polygon(rings: readonly Positions[], nameOf: (ring: number) => string): readonly (readonly Flat[])[];
  /** A line, or several likewise. */
  line(positions: Positions, name: string): readonly Flat[];
}

/**
 * How far beyond the seam of a projection, in degrees, anything may reach that is not cut there.
 */
const seamTolerance = 1e-9;

/** Vertices that are put along a seam, which is curved, for each degree. */
const seamVertices = 10;

/** What bringing a vertex from one CRS to another takes. */
const stepsPerVertex = 64;

export interface ProjectorOptions {
  readonly world: WorldWidth | undefined;
  readonly budget?: Budget | undefined;
}

export function cellProjector(
  grid: Grid,
  crs: Crs | undefined,
  { world, budget = unlimited }: ProjectorOptions,
): CellProjector {
  const seam = seamOf(grid.crs);
  const isOwn = crs !== undefined && isSame(crs, grid.crs);
  const inLonLat = crs === undefined || isOwn ? (positions: Positions) => positions : lonLatFrom(crs, grid.crs);
  const turn = isOwn ? seam?.period : seam && 360;
  // Where x repeats, what lies beyond the seam is put on the right side as cells.
  const isOpen = !isOwn && seam !== undefined && seam.period === undefined;
  const opened = isOpen
    ? { first: seam.centre - 180, period: 360, tolerance: seamTolerance, perUnit: seamVertices }
    : undefined;
  const bring = cellsOf(grid, isOwn);
  const toCells = (positions: Flat, name: string) => {
    budget.spend(positions.length * (stepsPerVertex / 2));
    return bring(positions, name);
  };
  return {
    polygon(rings, nameOf) {
      for (const ring of rings) budget.spend(ring.length * stepsPerVertex);
      const found = rings.map((ring, i) => inLonLat(ring, nameOf(i)));
      const flats = (turn === undefined ? found : unrolled(found, turn).rings).map(flat);
      const parts = opened ? polygonsCut(flats, opened, budget) : [flats];
      const cells = parts.map((part) => part.map((ring, i) => toCells(ring, nameOf(i))));
      return world ? cells.flatMap((part) => polygonsAround(part, world)) : cells;
    },
    line(positions, name) {
      budget.spend(positions.length * stepsPerVertex);
      const found = inLonLat(positions, name);
      const one = flat(turn === undefined ? found : unrolledLine(found, turn));
      const cells = (opened ? linesCut(one, opened) : [one]).map((part) => toCells(part, name));
      return world ? cells.flatMap((part) => linesAround(part, world)) : cells;
    },
  };
}

/** By the definitions of both: finding out takes longer than placing a small area. */
const known = new Map<string, boolean>();
const mostKnown = 1000;

function isSame(a: Crs, b: Crs): boolean {
  const pair = JSON.stringify([a.definition, b.definition]);
  const before = known.get(pair);
  if (before !== undefined) return before;
  const same = sameCrs(a, b);
  if (known.size >= mostKnown) known.clear();
  known.set(pair, same);
  return same;
}

function lonLatFrom(crs: Crs, grid: Crs): (positions: Positions, name: string) => Positions {
  const convert = toLonLat(crs);
  // In degrees, or in grads.
  const turn = isGeographic(crs) ? seamOf(crs)?.period : undefined;
  return (positions, name) =>
    positions.map(([x, y], index) => {
      const [lon, lat] = convert(x, y);
      if (!Number.isFinite(lon) || !Number.isFinite(lat)) throw noPlace([x, y], `${name}, position ${index}`, grid);
      // A shift of the datum may turn 180 into −180.
      return turn === undefined ? [lon, lat] : [nearest(lon, (x * 360) / turn, 360), lat];
    });
}

function flat(positions: Positions): Flat {
  const values = new Float64Array(2 * positions.length);
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]!;
    values[2 * i] = position[0];
    values[2 * i + 1] = position[1];
  }
  return values;
}

/** Brings longitudes and latitudes, or positions in the grid's own CRS, to cells, in place. */
function cellsOf(grid: Grid, isOwn: boolean): (positions: Flat, name: string) => Flat {
  const { crs, originX, originY, cellWidth, cellHeight } = grid;
  const project = isOwn ? (x: number, y: number) => [x, y] as const : onwards(crs);
  return (positions, name) => {
    for (let i = 0; i < positions.length; i += 2) {
      const [from, at] = [positions[i]!, positions[i + 1]!];
      const [x, y] = project(from, at);
      if (!Number.isFinite(x) || !Number.isFinite(y)) throw noPlace([from, at], `${name}, position ${i / 2}`, crs);
      positions[i] = (x - originX) / cellWidth;
      positions[i + 1] = (originY - y) / cellHeight;
    }
    return positions;
  };
}

/** From longitude and latitude: where x repeats, it goes on beyond the seam. */
function onwards(crs: Crs): (longitude: number, latitude: number) => readonly [x: number, y: number] {
  const project = fromLonLat(crs);
  const { centre, period } = seamOf(crs) ?? { centre: 0 };
  if (period === undefined) return project;
  if (isGeographic(crs)) {
    return (longitude, latitude) => {
      const [x, y] = project(longitude, latitude);
      return [nearest(x, ((longitude - centre) * period) / 360, period), y];
    };
  }
  return (longitude, latitude) => {
    const turns = Math.abs(longitude - centre) <= 180 ? 0 : Math.round((longitude - centre) / 360);
    const [x, y] = project(longitude - 360 * turns, latitude);
    return [x + turns * period, y];
  };
}

/** A value moved by whole periods to where it is nearest to another. */
function nearest(value: number, other: number, period: number): number {
  const distance = Math.round((other - value) / period);
  return distance === 0 ? value : value + distance * period;
}

function noPlace([x, y]: readonly [number, number], place: string, crs: Crs): UnprojectablePositionError {
  return new UnprojectablePositionError(`position [${x}, ${y}] (${place}) cannot be projected to ${crs.name}`);
}

/**
 * How far, in cells, the width of the world may be off whole cells, as cells are whose size is
 * written with few digits.
 */
const widthTolerance = 1e-3;

/**
 * The width of the world in cells, laid so that a window lies within it; undefined where columns do
 * not repeat.
 */
export function worldOf({ crs, width, cellWidth }: Grid, window?: Window): WorldWidth | undefined {
  const period = seamOf(crs)?.period;
  if (period === undefined) return undefined;
  const { firstColumn, endColumn } = window ?? { firstColumn: 0, endColumn: width };
  const cells = period / cellWidth;
  const whole = Math.round(cells);
  const world = Math.abs(cells - whole) <= widthTolerance ? whole : cells;
  // What is left of the world beside the window is shared between its sides. Of a window that is
  // wider nothing counts again.
  const beside = Math.max(0, Math.floor((world - (endColumn - firstColumn)) / 2));
  return { first: firstColumn - beside, period: world, tolerance: widthTolerance };
}
