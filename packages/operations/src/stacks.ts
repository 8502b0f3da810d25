import { type Definition, rastersOf } from '@cellshed/contracts';
import {
  type Grid,
  MisalignedRastersError,
  type PlacedRaster,
  type Raster,
  type RasterStack,
  type Spans,
  stackRasters,
  type Window,
} from '@cellshed/raster';

/** Operations that can be done in one pass, as all their rasters align. */
export interface SharedStack {
  /** The rasters of all operations, each once; the first gives the lattice. */
  readonly rasters: readonly string[];
  /** Indexes of the definitions. */
  readonly members: readonly number[];
}

type RastersOf = Pick<Definition, 'rasters'>;
type OpenByName = ReadonlyMap<string, Raster>;

/** Puts definitions together that can share their tiles; the rasters of each align. */
export function sharedStacks(definitions: readonly RastersOf[], open: OpenByName): SharedStack[] {
  const stacks: { readonly rasters: Set<string>; readonly members: number[] }[] = [];
  for (const [member, definition] of definitions.entries()) {
    const rasters = rastersOf(definition);
    const known = stacks.find(
      (stack) => rasters.every((name) => stack.rasters.has(name)) || align([...stack.rasters, ...rasters], open),
    );
    const stack = known ?? { rasters: new Set(), members: [] };
    if (!known) stacks.push(stack);
    for (const raster of rasters) stack.rasters.add(raster);
    stack.members.push(member);
  }
  return stacks.map(({ rasters, members }) => ({ rasters: [...rasters], members }));
}

function align(rasters: readonly string[], open: OpenByName): boolean {
  try {
    stackRasters([...new Set(rasters)].map((name) => open.get(name) as Raster));
    return true;
  } catch (error) {
    if (error instanceof MisalignedRastersError) return false;
    throw error;
  }
}

/** A stack of rasters, and what a definition sees of it. */
export interface NamedStack {
  readonly stack: RasterStack;
  /** The rasters of the stack that it looks at, by index, in the order of `rastersOf`. */
  rastersIn(definition: RastersOf): number[];
  /** The lattice on which it stands when it is done alone: that of its first raster. */
  latticeOf(definition: RastersOf): Lattice;
}

export function stackOf(rasters: readonly string[], open: OpenByName): NamedStack {
  const stack = stackRasters(rasters.map((name) => open.get(name) as Raster));
  const rastersIn = (definition: RastersOf) => rastersOf(definition).map((name) => rasters.indexOf(name));
  const lattices = new Map<string, Lattice>();
  const latticeOf = (definition: RastersOf): Lattice => {
    const own = rastersIn(definition);
    const known = lattices.get(own.join());
    if (known !== undefined) return known;
    const lattice = latticeAt(own.map((raster) => stack.rasters[raster] as PlacedRaster));
    lattices.set(own.join(), lattice);
    return lattice;
  };
  return { stack, rastersIn, latticeOf };
}

/**
 * A grid, and where its cell (0, 0) lies in a stack. Areas are projected to an operation's own grid
 * and moved by whole cells: on another grid rounding might put a vertex elsewhere, and an edge on
 * the other side of a centre.
 */
export interface Lattice {
  readonly grid: Grid;
  /**
   * The bounds of the definition's own rasters, in cells of the grid: within the bounds of others,
   * shares of cells might be rounded otherwise.
   */
  readonly bounds: Window;
  /** The column and row of its upper left cell in the stack. */
  readonly column: number;
  readonly row: number;
}

function latticeAt(rasters: readonly PlacedRaster[]): Lattice {
  const { raster, column, row } = rasters[0] as PlacedRaster;
  return {
    grid: raster.grid,
    bounds: {
      firstColumn: Math.min(...rasters.map((one) => one.column)) - column,
      endColumn: Math.max(...rasters.map((one) => one.column + one.raster.grid.width)) - column,
      firstRow: Math.min(...rasters.map((one) => one.row)) - row,
      endRow: Math.max(...rasters.map((one) => one.row + one.raster.grid.height)) - row,
    },
    column,
    row,
  };
}

/** Spans on a lattice as its stack has them. */
export function spansInStack(own: Spans, { column, row }: Pick<Lattice, 'column' | 'row'>): Spans {
  if (column === 0 && row === 0) return own;
  const { firstRow, columns, shares, ...spans } = own;
  return {
    ...spans,
    firstRow: firstRow + row,
    columns: columns.map((each) => each + column),
    ...(shares && { shares: { ...shares, columns: shares.columns.map((each) => each + column) } }),
  };
}
