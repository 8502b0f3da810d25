import type { Mesh } from './mesh.ts';
import { fractalNoise } from './noise.ts';
import type { Terrain } from './terrain.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The terrain at each cell, row by row. */
export interface Surface extends Size {
  /** Metres. */
  readonly elevation: Int16Array;
  /** Percent, at most 200. */
  readonly slope: Uint8Array;
  /** About how much water passes: the logarithm of the cells' upstream points. */
  readonly wetness: Float32Array;
}

/** Spreads the mesh's heights over the cells, triangle by triangle, roughened a little. */
export function surfaceOf(mesh: Mesh, { height: metres, upstream }: Terrain, size: Size): Surface {
  const { width, height } = size;
  const rough = fractalNoise({ width, height, feature: 48, octaves: 4, seed: 11 });
  const ground = new Float32Array(width * height);
  const wetness = new Float32Array(width * height);
  const water = Float64Array.from(upstream, (points) => Math.log(points));
  forEachTriangle(mesh, (a, b, c) => {
    fillTriangle(mesh, [a, b, c], size, (cell, u, v, w) => {
      ground[cell] = u * metres[a]! + v * metres[b]! + w * metres[c]! + 3 * rough[cell]!;
      wetness[cell] = u * water[a]! + v * water[b]! + w * water[c]!;
    });
  });
  return { width, height, elevation: Int16Array.from(ground, Math.round), slope: slopeOf(ground, size), wetness };
}

/** Visits each triangle of neighbours once. */
export function forEachTriangle(mesh: Mesh, visit: (a: number, b: number, c: number) => void): void {
  for (let point = 0; point < mesh.count; point++) {
    // The two triangles below a point, between its neighbours to the right, below right and below
    // left.
    const [right, belowRight, belowLeft] = [0, 1, 2].map((side) => mesh.neighbours[point * 6 + side] as number);
    if (belowRight! >= 0 && right! >= 0) visit(point, right!, belowRight!);
    if (belowRight! >= 0 && belowLeft! >= 0) visit(point, belowRight!, belowLeft!);
  }
}

function fillTriangle(
  { x, y }: Mesh,
  [a, b, c]: readonly [number, number, number],
  { width, height }: Size,
  put: (cell: number, u: number, v: number, w: number) => void,
): void {
  const [ax, ay, bx, by, cx, cy] = [x[a]!, y[a]!, x[b]!, y[b]!, x[c]!, y[c]!];
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  const lastRow = Math.min(height - 1, Math.floor(Math.max(ay, by, cy)));
  const lastColumn = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx)));
  for (let row = Math.max(0, Math.floor(Math.min(ay, by, cy))); row <= lastRow; row++) {
    for (let column = Math.max(0, Math.floor(Math.min(ax, bx, cx))); column <= lastColumn; column++) {
      const [px, py] = [column + 0.5, row + 0.5];
      const v = ((px - ax) * (cy - ay) - (cx - ax) * (py - ay)) / area;
      const w = ((bx - ax) * (py - ay) - (px - ax) * (by - ay)) / area;
      if (v >= 0 && w >= 0 && v + w <= 1) put(row * width + column, 1 - v - w, v, w);
    }
  }
}

const metresPerCell = 30;

/** Central differences; at the edges of the raster one-sided. */
function slopeOf(ground: Float32Array, { width, height }: Size): Uint8Array {
  const slope = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const [above, below] = [Math.max(0, row - 1), Math.min(height - 1, row + 1)];
    for (let column = 0; column < width; column++) {
      const [left, right] = [Math.max(0, column - 1), Math.min(width - 1, column + 1)];
      const east = (ground[row * width + right]! - ground[row * width + left]!) / (right - left);
      const south = (ground[below * width + column]! - ground[above * width + column]!) / (below - above);
      slope[row * width + column] = Math.min(200, Math.round((100 * Math.hypot(east, south)) / metresPerCell));
    }
  }
  return slope;
}
