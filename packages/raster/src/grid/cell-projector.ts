import { type Budget, unlimited } from '@cellshed/budget';
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
} from '@cellshed/crs';
import type { Grid } from './grid.ts';
import type { Window } from './window.ts';

/** A position of an area or a line has no place in the raster's CRS. */
export class UnprojectablePositionError extends Error {
  override readonly name = 'UnprojectablePositionError';
}

type Positions = readonly (readonly [number, number])[];

/** Projects positions of one CRS to the cells of a grid. Throws UnprojectablePositionError. */
export interface CellProjector {
  /**
   * Projects the rings of a polygon; to several polygons if it continues at another end of the
   * grid's CRS.
   */
  polygon(rings: readonly Positions[], nameOf: (ring: number) => string): readonly (readonly Flat[])[];
  /** Projects a line; to several if it continues at another end. */
  line(positions: Positions, name: string): readonly Flat[];
}

/** The distance beyond the seam of a projection, in degrees, up to which shapes are not cut. */
const seamTolerance = 1e-9;

/** The number of vertices that are added for each degree along a seam, which is curved. */
const seamVertices = 10;

/** The cost of projecting a vertex from one CRS to another. */
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
  // Where x repeats, parts beyond the seam are moved to the right side as cells.
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

/** The results by both definitions: comparing them takes longer than placing a small area. */
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
  // The period is in degrees or grads.
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

/** Converts longitudes and latitudes, or positions in the grid's own CRS, to cells, in place. */
function cellsOf(grid: Grid, isOwn: boolean): (positions: Flat, name: string) => Flat {
  const { crs, originX, originY, cellWidth, cellHeight } = grid;
  const project = isOwn ? (x: number, y: number) => [x, y] as const : onwards(crs);
  return (positions, name) => {
    for (let i = 0; i < positions.length; i += 2) {
      const from = positions[i]!;
      const at = positions[i + 1]!;
      const projected = project(from, at);
      const x = projected[0];
      const y = projected[1];
      if (!Number.isFinite(x) || !Number.isFinite(y)) throw noPlace([from, at], `${name}, position ${i / 2}`, crs);
      positions[i] = (x - originX) / cellWidth;
      positions[i + 1] = (originY - y) / cellHeight;
    }
    return positions;
  };
}

/** Projects from longitude and latitude; where x repeats, it continues beyond the seam. */
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

/** Moves a value by whole periods to the place nearest to another. */
function nearest(value: number, other: number, period: number): number {
  const distance = Math.round((other - value) / period);
  return distance === 0 ? value : value + distance * period;
}

function noPlace([x, y]: readonly [number, number], place: string, crs: Crs): UnprojectablePositionError {
  return new UnprojectablePositionError(`position [${x}, ${y}] (${place}) cannot be projected to ${crs.name}`);
}

/**
 * The largest difference, in cells, between the width of the world and whole cells. Cell sizes that
 * are written with few digits cause such differences.
 */
const widthTolerance = 1e-3;

/**
 * The width of the world in cells, placed so that it contains a window; undefined if columns do not
 * repeat.
 */
export function worldOf({ crs, width, cellWidth }: Grid, window?: Window): WorldWidth | undefined {
  const period = seamOf(crs)?.period;
  if (period === undefined) return undefined;
  const { firstColumn, endColumn } = window ?? { firstColumn: 0, endColumn: width };
  const cells = period / cellWidth;
  const whole = Math.round(cells);
  const world = Math.abs(cells - whole) <= widthTolerance ? whole : cells;
  // The rest of the world beside the window is divided between its two sides. A window wider than
  // the world contains no cell twice.
  const beside = Math.max(0, Math.floor((world - (endColumn - firstColumn)) / 2));
  return { first: firstColumn - beside, period: world, tolerance: widthTolerance };
}
