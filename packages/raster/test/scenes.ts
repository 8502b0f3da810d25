import fc from 'fast-check';
import type { Accumulator } from '../src/gather/accumulator.ts';
import { spansOf } from '../src/spans/centre-spans.ts';
import { type Shares, type Spans, wholeCell } from '../src/spans/spans.ts';
import { forEachRectangle } from '../src/stack/rectangles.ts';
import { type RasterStack, stackRasters } from '../src/stack/stack.ts';
import { cutPlan, planTiles } from '../src/stack/tile-plan.ts';
import type { Scaling } from '../src/tiles/raster.ts';
import type { SampleType } from '../src/tiles/samples.ts';
import { arrays, cellsIn, type Picture, rasterOf } from './pictures.ts';

/** Rasters, an area, and the cuts of the work, on which kernels are tested. */
export interface Scene {
  readonly pictures: readonly Picture[];
  /** Rows of marks: `.` is outside the area, `#` inside; any other mark is a share. */
  readonly area: readonly string[];
  readonly at: readonly [column: number, row: number];
  readonly block: { readonly width: number; readonly height: number };
  /** Tiles in a batch. */
  readonly batch: number;
}

/** A cell of the area on a raster. */
export interface SceneCell {
  readonly parts: number;
  /** The row in the stack. */
  readonly row: number;
  /** The values of the rasters; null: no data. */
  readonly values: readonly (number | null)[];
}

/** The shares for which marks stand, in parts of a cell. */
const partsOf: Readonly<Record<string, number>> = {
  '1': 1,
  q: wholeCell / 4,
  h: wholeCell / 2,
  t: Math.round(wholeCell / 3),
  '9': wholeCell - 1,
};

/**
 * The scene laid out, all of its cells one by one, and the results of accumulators: of all cells at
 * once, and of each batch.
 */
export function laidOut(scene: Scene) {
  const rasters = scene.pictures.map(rasterOf);
  const stack = { ...stackRasters(rasters), block: scene.block };
  const spans = spansOfMarks(scene, stack);
  const accumulated = async <Partial>(make: () => Accumulator<Partial>, batch: number): Promise<Partial[]> => {
    const partials: Partial[] = [];
    for (const tiles of cutPlan(planTiles(stack, spans), batch)) {
      const accumulator = make();
      await forEachRectangle({ stack, spans, tiles }, (rectangle) => accumulator.add(rectangle));
      partials.push(JSON.parse(JSON.stringify(accumulator.partial())) as Partial);
    }
    return partials;
  };
  return {
    rasters,
    stack,
    spans,
    cells: sceneCells(scene, spans),
    whole: async <Partial>(make: () => Accumulator<Partial>) => accumulated(make, Number.POSITIVE_INFINITY),
    batches: async <Partial>(make: () => Accumulator<Partial>) => (await accumulated(make, scene.batch)).reverse(),
  };
}

function spansOfMarks({ area, at: [left, top] }: Scene, { bounds }: RasterStack): Spans {
  const squares = area.flatMap((line, r) =>
    [...line].flatMap((mark, c) => (mark === '.' ? [] : [[square(left + c, top + r)]])),
  );
  const spans = spansOf(squares, bounds);
  const shared = cellsIn(spans)
    .map(([column, row]) => ({ column, row, parts: partsOf[area[row - top]![column - left]!] }))
    .filter((cell) => cell.parts !== undefined);
  if (shared.length === 0) return spans;
  const rowStarts = new Uint32Array(spans.rowStarts.length);
  for (const { row } of shared) rowStarts[row - spans.firstRow + 1]!++;
  for (let r = 1; r < rowStarts.length; r++) rowStarts[r]! += rowStarts[r - 1]!;
  const columns = Int32Array.from(shared, ({ column }) => column);
  return { ...spans, shares: { rowStarts, columns, parts: Uint32Array.from(shared, ({ parts }) => parts!) } };
}

function square(column: number, row: number): Float64Array {
  return Float64Array.of(column, row, column + 1, row, column + 1, row + 1, column, row + 1);
}

function sceneCells({ pictures }: Scene, spans: Spans): SceneCell[] {
  const [left, top] = pictures[0]!.at ?? [0, 0];
  return cellsIn(spans).flatMap(([column, row]) => {
    const on = pictures.map(({ rows, at = [0, 0], tile, sparse, sampleType = 'uint8', nodata, scaling }) => {
      const [x, y] = [column - at[0] + left, row - at[1] + top];
      const drawn = rows[y]?.[x];
      if (drawn === undefined) return undefined;
      const [value] = arrays[sampleType].of(drawn);
      const [width, height] = tile ?? [rows[0]!.length, rows.length];
      const isSparse = sparse?.(Math.floor(x / width), Math.floor(y / height));
      if (isSparse || isNodata(value!, sampleType, nodata)) return null;
      const inUnits = scaling?.isApplied ? value! * scaling.scale + scaling.offset : value!;
      return Number.isFinite(inUnits) ? inUnits + 0 : null;
    });
    if (on.every((value) => value === undefined)) return [];
    return [{ parts: partsAt(spans, column, row), row, values: on.map((value) => value ?? null) }];
  });
}

/** Compares as GDAL does: integers exactly, floats except for the rounding of the no-data value. */
function isNodata(value: number, type: SampleType, nodata: number | undefined): boolean {
  if (!Number.isFinite(value) || value === nodata) return true;
  if (nodata === undefined || !type.startsWith('float')) return false;
  const rounded = type === 'float32' ? Math.fround : Number;
  return Math.abs(rounded(value - nodata)) < 2 ** -22 * Math.abs(rounded(value + nodata));
}

function partsAt({ firstRow, shares }: Spans, column: number, row: number): number {
  if (shares === undefined) return wholeCell;
  return sharesOfRow(shares, row - firstRow).get(column) ?? wholeCell;
}

function sharesOfRow({ rowStarts, columns, parts }: Shares, row: number): Map<number, number> {
  const [from, to] = [rowStarts[row]!, rowStarts[row + 1]!];
  return new Map(Array.from(columns.subarray(from, to), (column, i) => [column, parts[from + i]!]));
}

/** The samples from which pictures are drawn. */
export const samplesOf: Record<SampleType, readonly number[]> = {
  uint8: [0, 1, 2, 255],
  int8: [-128, -1, 0, 5],
  uint16: [0, 300, 301, 65_535],
  int16: [-32_768, -1, 0, 9],
  uint32: [0, 1, 4_294_967_295, 4_294_967_294],
  int32: [-2_147_483_648, 0, 7, 2_147_483_647],
  float32: [Number.NaN, Number.POSITIVE_INFINITY, -0, 0, 0.1, -1e30, 1e-40, 16_777_216],
  float64: [Number.NaN, Number.NEGATIVE_INFINITY, -0, 0, 0.1, 0.1 + 2 ** -50, 1e60, -1e-60],
};

const size = fc.integer({ min: 1, max: 7 });
const small = fc.integer({ min: -4, max: 4 });

/** Pictures of any type, tiling and place, with no data, with holes. */
export const pictures = (types: readonly SampleType[] = Object.keys(arrays) as SampleType[]) =>
  fc
    .record({
      sampleType: fc.constantFrom(...types),
      size: fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 8 })),
      tile: fc.tuple(size, size),
      at: fc.tuple(small, small),
      marks: fc.array(fc.nat(7), { minLength: 80, maxLength: 80 }),
      nodata: fc.option(fc.nat(7), { nil: undefined }),
      scaling: fc.constantFrom<Scaling | undefined>(
        undefined,
        undefined,
        { scale: -0.1, offset: 273.15, isApplied: true },
        // Different samples, among them 0 and -0, become one value.
        { scale: 2 ** -60, offset: 5, isApplied: true },
        { scale: -1e20, offset: 0, isApplied: true },
        { scale: 3, offset: 1, isApplied: false },
      ),
      holes: fc.constantFrom<((column: number, row: number) => boolean) | undefined>(
        undefined,
        (column, row) => (column + row) % 3 === 1,
        () => true,
      ),
    })
    .map(({ sampleType, size: [width, height], tile, at, marks, nodata, scaling, holes }): Picture => {
      const samples = samplesOf[sampleType];
      return {
        sampleType,
        tile,
        at,
        rows: Array.from({ length: height }, (_, y) =>
          Array.from({ length: width }, (_, x) => samples[marks[(y * width + x) % 80]! % samples.length]!),
        ),
        ...(nodata !== undefined && { nodata: arrays[sampleType].of(samples[nodata % samples.length]!)[0] }),
        ...(scaling && { scaling }),
        ...(holes && { sparse: holes }),
      };
    });

/** Scenes with these pictures; every other one has cells that count in part. */
export function scenes(drawn: fc.Arbitrary<readonly Picture[]>): fc.Arbitrary<Scene> {
  return fc.boolean().chain((shared) =>
    fc.record({
      pictures: drawn,
      area: fc
        .array(fc.array(fc.constantFrom(...(shared ? '##.1qht9' : '##.')), { minLength: 20, maxLength: 20 }), {
          minLength: 1,
          maxLength: 16,
        })
        .map((lines) => lines.map((line) => line.join(''))),
      at: fc.tuple(fc.integer({ min: -9, max: 2 }), fc.integer({ min: -9, max: 2 })),
      block: fc.record({ width: size, height: size }),
      batch: fc.integer({ min: 1, max: 9 }),
    }),
  );
}

/** The count of these cells in the form of results: parts are absent if there are none. */
export function counted(cells: readonly { readonly parts: number }[]): { cells: number; parts?: number } {
  const all = cells.reduce((sum, { parts }) => sum + BigInt(parts), 0n);
  const parts = Number(all % BigInt(wholeCell));
  return { cells: Number(all / BigInt(wholeCell)), ...(parts > 0 && { parts }) };
}

/** Groups cells by the JSON of their values. */
export function grouped(
  cells: readonly SceneCell[],
  rasters: number,
): { values: (number | null)[]; cells: SceneCell[] }[] {
  const groups = Map.groupBy(cells, ({ values }) => JSON.stringify(values.slice(0, rasters)));
  const order = (value: number | null) => value ?? Number.POSITIVE_INFINITY;
  return [...groups]
    .map(([key, own]) => ({ values: JSON.parse(key) as (number | null)[], cells: own }))
    .sort((a, b) => {
      const i = a.values.findIndex((value, k) => value !== b.values[k]);
      return order(a.values[i]!) < order(b.values[i]!) ? -1 : 1;
    });
}
