import type { Crs } from '@cellshed/crs';
import type { Window } from '../src/grid/window.ts';
import { spansOf } from '../src/spans/centre-spans.ts';
import type { Spans } from '../src/spans/spans.ts';
import type { Raster, Scaling } from '../src/tiles/raster.ts';
import type { Samples, SampleType } from '../src/tiles/samples.ts';

export const degrees: Crs = { name: 'EPSG:4326', definition: '+proj=longlat +datum=WGS84 +no_defs' };

export const arrays = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};

export interface Picture {
  readonly name?: string;
  /** Rows of samples. */
  readonly rows: readonly (readonly number[])[];
  readonly sampleType?: SampleType;
  readonly nodata?: number | undefined;
  readonly scaling?: Scaling | undefined;
  /** Columns and rows of a tile; by default one tile holds all. */
  readonly tile?: readonly [width: number, height: number];
  /**
   * Cells from (longitude 10, latitude 50) to the upper left cell; a cell is a quarter of a degree.
   */
  readonly at?: readonly [column: number, row: number];
  readonly sparse?: (column: number, row: number) => boolean;
}

/** An open raster in memory, and the tiles that were read from it, as 'column,row'. */
export interface PictureRaster extends Raster {
  readonly reads: string[];
}

export function rasterOf(picture: Picture): PictureRaster {
  const { name = 'picture', rows, sampleType = 'uint8', nodata, scaling, at = [0, 0], sparse } = picture;
  const [height, width] = [rows.length, rows[0]!.length];
  const [tileWidth, tileHeight] = picture.tile ?? [width, height];
  const reads: string[] = [];
  return {
    name,
    sampleType,
    nodata,
    scaling,
    version: '1',
    isRemote: false,
    reads,
    grid: {
      crs: degrees,
      originX: 10 + at[0] * 0.25,
      originY: 50 - at[1] * 0.25,
      cellWidth: 0.25,
      cellHeight: 0.25,
      width,
      height,
    },
    tiling: {
      width: tileWidth,
      height: tileHeight,
      across: Math.ceil(width / tileWidth),
      down: Math.ceil(height / tileHeight),
    },
    async readTile(column, row): Promise<Samples | undefined> {
      reads.push(`${column},${row}`);
      if (sparse?.(column, row)) return undefined;
      const samples = new arrays[sampleType](tileWidth * tileHeight);
      for (let i = 0; i < samples.length; i++) {
        const [y, x] = [row * tileHeight + Math.floor(i / tileWidth), column * tileWidth + (i % tileWidth)];
        // Beyond the raster a tile holds anything.
        samples[i] = rows[y]?.[x] ?? 77;
      }
      return samples;
    },
    currentVersion: async () => '1',
    close: async () => undefined,
  };
}

/** Rows of digits as rows of samples: `picture('12', '34')`. */
export function digits(...rows: string[]): number[][] {
  return rows.map((row) => [...row].map(Number));
}

/** The spans of a picture of an area, whose cells are `#`. Upper left is cell (0, 0) by default. */
export function spansOfPicture(rows: readonly string[], [column, row] = [0, 0]): Spans {
  const cells = rows.flatMap((line, r) =>
    [...line].flatMap((mark, c) => (mark === '#' ? [[square(column + c, row + r)]] : [])),
  );
  return spansOf(cells, everywhere);
}

export const everywhere: Window = { firstColumn: -1000, endColumn: 1000, firstRow: -1000, endRow: 1000 };

function square(column: number, row: number): Float64Array {
  return Float64Array.of(column, row, column + 1, row, column + 1, row + 1, column, row + 1);
}

/** Every cell of the spans, as [column, row], in their order. */
export function cellsIn({ firstRow, rowStarts, columns }: Spans): [number, number][] {
  const cells: [number, number][] = [];
  for (let r = 0; r + 1 < rowStarts.length; r++) {
    for (let k = rowStarts[r]!; k < rowStarts[r + 1]!; k++) {
      for (let column = columns[2 * k]!; column < columns[2 * k + 1]!; column++) cells.push([column, firstRow + r]);
    }
  }
  return cells;
}

/** Spans as a picture of the window. */
export function drawn(spans: Spans, window: Window): string[] {
  const inside = new Set(cellsIn(spans).map(String));
  const [width, height] = [window.endColumn - window.firstColumn, window.endRow - window.firstRow];
  return Array.from({ length: height }, (_, r) =>
    Array.from({ length: width }, (_, c) =>
      inside.has(`${window.firstColumn + c},${window.firstRow + r}`) ? '#' : '.',
    ).join(''),
  );
}
