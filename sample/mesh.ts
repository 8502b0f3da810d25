import { randomNumbers } from './noise.ts';

/**
 * Points that cover a raster in rows, every other row shifted by half a step and each point moved a
 * little: every point has six neighbours, and three points that are each other's neighbours form a
 * triangle. Positions are in cells, rows downwards.
 */
export interface Mesh {
  readonly columns: number;
  readonly rows: number;
  /** Cells between neighbours, about. */
  readonly spacing: number;
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Six for each point; -1 beyond the edge. */
  readonly neighbours: Int32Array;
}

const rowHeight = Math.sqrt(3) / 2;

/** A mesh that reaches at least one point beyond the raster on each side. */
export function makeMesh(width: number, height: number, spacing: number): Mesh {
  const columns = Math.ceil(width / spacing) + 3;
  const rows = Math.ceil(height / (spacing * rowHeight)) + 3;
  const count = columns * rows;
  const mesh = { columns, rows, spacing, count };
  const [x, y] = [new Float64Array(count), new Float64Array(count)];
  const neighbours = new Int32Array(count * 6);
  const random = randomNumbers(1);
  for (let point = 0; point < count; point++) {
    const [column, row] = [point % columns, Math.floor(point / columns)];
    x[point] = (column - 1 + (row % 2) / 2 + 0.5 * (random() - 0.5)) * spacing;
    y[point] = (row - 1 + 0.5 * (random() - 0.5)) * spacing * rowHeight;
    neighboursOf(mesh, column, row).forEach((neighbour, index) => {
      neighbours[point * 6 + index] = neighbour;
    });
  }
  return { ...mesh, x, y, neighbours };
}

type Lattice = Pick<Mesh, 'columns' | 'rows'>;

function neighboursOf(lattice: Lattice, column: number, row: number): number[] {
  const left = column - 1 + (row % 2);
  const [above, below] = [row - 1, row + 1];
  const places = [
    [column + 1, row],
    [left + 1, below],
    [left, below],
    [column - 1, row],
    [left, above],
    [left + 1, above],
  ] as const;
  return places.map(([c, r]) =>
    c < 0 || r < 0 || c >= lattice.columns || r >= lattice.rows ? -1 : r * lattice.columns + c,
  );
}

/** Whether the point has fewer than six neighbours. */
export function isOnEdge({ columns, rows }: Lattice, point: number): boolean {
  const [column, row] = [point % columns, Math.floor(point / columns)];
  return column === 0 || row === 0 || column === columns - 1 || row === rows - 1;
}
