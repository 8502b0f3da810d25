import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { addCounts, countGroups, type GroupedCounts } from '../src/grouped-count.ts';
import { TooManyGroupsError } from '../src/hash-table.ts';
import type { SampleType } from '../src/raster.ts';
import { type Spans, spansOf } from '../src/spans.ts';
import { type RasterStack, stackRasters } from '../src/stack.ts';
import { cutPlan, planTiles } from '../src/tile-plan.ts';
import { arrays, cellsIn, digits, type PictureRaster, rasterOf, spansOfPicture } from './pictures.ts';

const all = ['####', '####', '####'];

/** Counts the whole plan. */
async function count(stack: RasterStack, spans: Spans, more = {}): Promise<GroupedCounts> {
  return countGroups({ stack, spans, tiles: planTiles(stack, spans).runs, ...more });
}

/** Groups in short: `{ '1,null': 3 }`. */
function short({ groups }: GroupedCounts): Record<string, number> {
  return Object.fromEntries(groups.map(({ values, cells }) => [values.map(String).join(), cells]));
}

describe('countGroups', () => {
  it('counts the cells of each combination of values inside the area', async () => {
    const stack = stackRasters([
      rasterOf({ rows: digits('1122', '1122', '3322') }),
      rasterOf({ rows: digits('5555', '6666', '6666') }),
    ]);
    expect(await count(stack, spansOfPicture(['.##.', '####', '#...']))).toEqual({
      cells: 7,
      groups: [
        { values: [1, 5], cells: 1 },
        { values: [1, 6], cells: 2 },
        { values: [2, 5], cells: 1 },
        { values: [2, 6], cells: 2 },
        { values: [3, 6], cells: 1 },
      ],
    });
  });

  it('counts one raster, and six', async () => {
    const rows = [
      digits('12', '21'),
      digits('33', '34'),
      digits('55', '55'),
      digits('66', '67'),
      digits('88', '88'),
      digits('90', '90'),
    ];
    const spans = spansOfPicture(['##', '##']);
    expect(short(await count(stackRasters([rasterOf({ rows: rows[0]! })]), spans))).toEqual({ 1: 2, 2: 2 });
    expect(short(await count(stackRasters(rows.map((each) => rasterOf({ rows: each }))), spans))).toEqual({
      '1,3,5,6,8,9': 1,
      '1,4,5,7,8,0': 1,
      '2,3,5,6,8,0': 1,
      '2,3,5,6,8,9': 1,
    });
  });

  it('answers null where a raster has no data, has ended or has a sparse tile', async () => {
    const whole = rasterOf({ rows: digits('1111', '1111', '1191'), nodata: 9 });
    const short1 = rasterOf({ rows: digits('22', '20'), nodata: 0, at: [1, 0] });
    const sparse = rasterOf({
      rows: digits('3333', '3333', '3333'),
      tile: [2, 2],
      sparse: (column, row) => column + row === 1,
    });
    const stack = stackRasters([whole, short1, sparse]);
    expect(await count(stack, spansOfPicture(all))).toEqual({
      cells: 12,
      groups: [
        { values: [1, 2, 3], cells: 2 },
        { values: [1, 2, null], cells: 1 },
        { values: [1, null, 3], cells: 3 },
        { values: [1, null, null], cells: 5 },
        { values: [null, null, 3], cells: 1 },
      ],
    });
  });

  it('counts a cell that lies on any raster, and none that lies on no raster', async () => {
    const stack = stackRasters([
      rasterOf({ rows: digits('11', '11') }),
      rasterOf({ rows: digits('22', '22'), at: [3, 1] }),
    ]);
    const counts = await count(stack, spansOfPicture(['######', '######', '######']));
    expect(short(counts)).toEqual({ '1,null': 4, 'null,2': 4 });
  });

  it('counts cells of which every raster has only sparse tiles as no data', async () => {
    const stack = stackRasters([rasterOf({ rows: digits('11', '11'), sparse: () => true })]);
    expect(await count(stack, spansOfPicture(['.#', '##']))).toEqual({
      cells: 3,
      groups: [{ values: [null], cells: 3 }],
    });
  });

  it('takes NaN and infinities for no data, and -0 for 0', async () => {
    const rows = [[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 0.5, -9999]];
    const spans = spansOfPicture(['#######']);
    for (const sampleType of ['float32', 'float64'] as const) {
      const counts = await count(stackRasters([rasterOf({ rows, sampleType, nodata: -9999 })]), spans);
      expect(JSON.stringify(counts)).toBe(
        '{"cells":7,"groups":[{"values":[0],"cells":2},{"values":[0.5],"cells":1},{"values":[null],"cells":4}]}',
      );
    }
  });

  it('keeps values apart that lie as far apart as their type allows', async () => {
    const rows = [[-(2 ** 31), -1, 2 ** 31 - 1]];
    const counts = await count(stackRasters([rasterOf({ rows, sampleType: 'int32' })]), spansOfPicture(['###']));
    expect(counts.groups.map(({ values }) => values[0])).toEqual([-2147483648, -1, 2147483647]);
    const doubles = [[1, 1 + Number.EPSILON, 2 ** 60]];
    const doubled = await count(
      stackRasters([rasterOf({ rows: doubles, sampleType: 'float64' })]),
      spansOfPicture(['###']),
    );
    expect(doubled.groups.map(({ values }) => values[0])).toEqual(doubles[0]);
  });

  it('answers an area without cells on the rasters with no groups', async () => {
    const stack = stackRasters([rasterOf({ rows: digits('11') })]);
    expect(await count(stack, spansOf([], stack.bounds))).toEqual({ cells: 0, groups: [] });
  });

  it('throws TooManyGroupsError whichever way it counts, and when parts add up to too many', async () => {
    const stack = stackRasters([rasterOf({ rows: digits('1234', '5678') })]);
    const spans = spansOfPicture(['####', '####']);
    for (const denseEntries of [0, 4, 2 ** 16]) {
      await expect(count(stack, spans, { limits: { denseEntries, groups: 7 } })).rejects.toThrow(TooManyGroupsError);
      expect((await count(stack, spans, { limits: { denseEntries, groups: 8 } })).groups).toHaveLength(8);
    }
    const part = (value: number) => ({ cells: 1, groups: [{ values: [value], cells: 1 }] });
    expect(() => addCounts([part(1), part(2), part(2)], { groups: 1 })).toThrow(TooManyGroupsError);
  });

  it('equals counting cell by cell, however rasters are tiled, placed, typed and counted, in any batches', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async ({ pictures, area, at, block, batch, denseEntries }) => {
        const rasters = pictures.map(rasterOf);
        const stack = { ...stackRasters(rasters), block };
        const spans = clipped(spansOfPicture(area, at), stack);
        const expected = cellByCell(rasters, pictures, spans);
        const limits = { denseEntries };
        expect(await count(stack, spans, { limits })).toEqual(expected);
        const batches = cutPlan(planTiles(stack, spans), batch);
        const parts = await Promise.all(batches.map((tiles) => countGroups({ stack, spans, tiles, limits })));
        const parsed = parts.reverse().map((part) => JSON.parse(JSON.stringify(part)) as GroupedCounts);
        expect(JSON.stringify(addCounts(parsed))).toBe(JSON.stringify(expected));
      }),
      { numRuns: 300 },
    );
  });
});

describe('reading tiles', () => {
  const rows = digits('11112222', '11112222', '33334444', '33334444');
  const tiled = (more = {}) => rasterOf({ rows, tile: [2, 2], ...more });
  const inBlocks = (rasters: PictureRaster[]): RasterStack => ({
    ...stackRasters(rasters),
    block: { width: 2, height: 2 },
  });
  const everyCell = spansOfPicture(Array(4).fill('########'));

  it('leaves out tiles in which the area has no cell', async () => {
    const raster = rasterOf({ rows, tile: [2, 1] });
    await count(stackRasters([raster]), spansOfPicture(['##......', '#......#', '........', '..##....']));
    expect(raster.reads).toEqual(['0,0', '0,1', '3,1', '1,3']);
  });

  it('reads each tile once, whether or not tilings coincide', async () => {
    const narrower = rasterOf({ rows: rows.map((row) => row.slice(0, 5)), tile: [2, 2] });
    const lower = rasterOf({ rows: rows.slice(0, 3), tile: [2, 2] });
    const others = [tiled(), tiled({ tile: [3, 4] }), tiled({ at: [-1, 1] }), tiled({ tile: [8, 1] }), narrower, lower];
    for (const other of others) {
      const rasters = [tiled(), other];
      await count(inBlocks(rasters), everyCell);
      for (const { reads } of rasters) {
        expect(reads.length).toBeGreaterThan(0);
        expect(new Set(reads).size).toBe(reads.length);
      }
    }
  });

  it('tells of each block that is done, also where no raster lies', async () => {
    let done = 0;
    const stack = inBlocks([tiled(), tiled({ at: [12, 0] })]);
    const spans = spansOfPicture(Array(4).fill('#'.repeat(20)));
    expect((await count(stack, spans, { onTile: () => done++ })).cells).toBe(64);
    expect(done).toBe(20);
  });

  it('stops between tiles when it is told to, with the reason', async () => {
    const controller = new AbortController();
    const reason = new Error('dismissed');
    let done = 0;
    const raster = rasterOf({ rows: Array(40).fill([1]), tile: [1, 1] });
    const stack = { ...stackRasters([raster]), block: { width: 1, height: 1 } };
    const counting = count(stack, spansOfPicture(Array(40).fill('#')), {
      signal: controller.signal,
      onTile: () => {
        done++;
        if (done === 3) controller.abort(reason);
      },
    });
    await expect(counting).rejects.toBe(reason);
    expect(done).toBe(3);
    expect(raster.reads.length).toBeLessThan(3 + 9);
  });

  it('reads nothing when it is told to stop before', async () => {
    const raster = tiled();
    await expect(count(inBlocks([raster]), everyCell, { signal: AbortSignal.abort('gone') })).rejects.toBe('gone');
    expect(raster.reads).toEqual([]);
  });

  it('fails as reading failed, once no read is running any more', async () => {
    let running = 0;
    const raster: PictureRaster = {
      ...tiled(),
      readTile: async (column, row) => {
        running++;
        for (let turn = 0; turn < 10 * column; turn++) await undefined;
        running--;
        throw new Error(`tile ${column}, ${row} is damaged`);
      },
    };
    await expect(count(inBlocks([raster]), everyCell)).rejects.toThrow('tile 0, 0 is damaged');
    expect(running).toBe(0);
  });

  it('leaves no failure unhandled that comes before its turn', async () => {
    // In a process of its own: jest's hides failures that nobody handles.
    const program = `
      import { countGroups } from '../src/grouped-count.ts';
      import { stackRasters } from '../src/stack.ts';
      import { digits, rasterOf, spansOfPicture } from './pictures.ts';
      const readTile = async (column) => {
        if (column > 0) throw new Error('damaged');
        await new Promise((resolve) => setTimeout(resolve, 1));
        return new Uint8Array(4);
      };
      const raster = { ...rasterOf({ rows: digits('1111', '1111'), tile: [2, 2] }), readTile };
      const stack = { ...stackRasters([raster]), block: { width: 2, height: 2 } };
      const tiles = [[0, 0, 2]];
      await countGroups({ stack, spans: spansOfPicture(['####', '####']), tiles }).catch(({ message }) => console.log(message));
    `;
    const node = ['--no-warnings', '--input-type=module-typescript', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: import.meta.dirname });
    expect(stdout).toBe('damaged\n');
  });

  it('refuses a tile that has too few samples', async () => {
    const raster = { ...tiled({ name: 'nlcd' }), readTile: async () => new Uint8Array(3) };
    await expect(count(inBlocks([raster]), everyCell)).rejects.toThrow(
      'raster nlcd: tile 0, 0 has 3 samples, expected at least 4',
    );
  });
});

/** Spans without what lies outside the stack, as an area's are. */
function clipped(spans: Spans, { bounds }: RasterStack): Spans {
  const squares = cellsIn(spans).map(([c, r]) => [Float64Array.of(c, r, c + 1, r, c + 1, r + 1, c, r + 1)]);
  return spansOf(squares, bounds);
}

type Scene = Parameters<typeof rasterOf>[0];

/** The definition, one cell at a time. */
function cellByCell(rasters: readonly PictureRaster[], pictures: readonly Scene[], spans: Spans): GroupedCounts {
  const [left, top] = pictures[0]!.at!;
  const groups = new Map<string, number>();
  let cells = 0;
  for (const [column, row] of cellsIn(spans)) {
    const on = pictures.map(({ rows, at, tile, sparse, sampleType, nodata }) => {
      const [x, y] = [column - at![0] + left, row - at![1] + top];
      const drawnValue = rows[y]?.[x];
      if (drawnValue === undefined) return undefined;
      const [value] = arrays[sampleType!].of(drawnValue);
      const isSparse = sparse?.(Math.floor(x / tile![0]), Math.floor(y / tile![1]));
      return isSparse || value === nodata || !Number.isFinite(value) ? null : value! + 0;
    });
    if (on.every((value) => value === undefined)) continue;
    const key = JSON.stringify(on.map((value) => value ?? null));
    groups.set(key, (groups.get(key) ?? 0) + 1);
    cells++;
  }
  expect(rasters).toHaveLength(pictures.length);
  const order = (value: number | null) => value ?? Number.POSITIVE_INFINITY;
  const sorted = [...groups]
    .map(([key, count]) => ({ values: JSON.parse(key) as (number | null)[], cells: count }))
    .sort((a, b) => {
      const i = a.values.findIndex((value, k) => value !== b.values[k]);
      return order(a.values[i]!) < order(b.values[i]!) ? -1 : 1;
    });
  return { cells, groups: sorted };
}

const samplesOf: Record<SampleType, readonly number[]> = {
  uint8: [0, 1, 2, 255],
  int8: [-128, -1, 0, 5],
  uint16: [0, 300, 301, 65_535],
  int16: [-32_768, -1, 0, 9],
  uint32: [0, 1, 4_294_967_295],
  int32: [-2_147_483_648, 0, 7],
  float32: [Number.NaN, Number.POSITIVE_INFINITY, -0, 0, 0.1, -1e30],
  float64: [Number.NaN, Number.NEGATIVE_INFINITY, -0, 0, 0.1, 0.1 + 2 ** -50],
};

const size = fc.integer({ min: 1, max: 7 });
const small = fc.integer({ min: -4, max: 4 });
const pictureOf = fc
  .record({
    sampleType: fc.oneof(fc.constant<SampleType>('uint8'), fc.constantFrom(...(Object.keys(arrays) as SampleType[]))),
    size: fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 8 })),
    tile: fc.option(fc.tuple(size, size), { nil: [3, 2] as [number, number] }),
    at: fc.tuple(small, small),
    marks: fc.array(fc.nat(5), { minLength: 80, maxLength: 80 }),
    nodata: fc.option(fc.nat(5), { nil: undefined }),
    holes: fc.constantFrom<((column: number, row: number) => boolean) | undefined>(
      undefined,
      (column, row) => (column + row) % 3 === 1,
      () => true,
    ),
  })
  .map(({ sampleType, size: [width, height], tile, at, marks, nodata, holes }): Scene => {
    const samples = samplesOf[sampleType];
    return {
      sampleType,
      tile,
      at,
      rows: Array.from({ length: height }, (_, y) =>
        Array.from({ length: width }, (_, x) => samples[marks[(y * width + x) % 80]! % samples.length]!),
      ),
      ...(nodata !== undefined && { nodata: arrays[sampleType].of(samples[nodata % samples.length]!)[0] }),
      ...(holes && { sparse: holes }),
    };
  });

const scene = fc
  .record({
    pictures: fc.array(pictureOf, { minLength: 1, maxLength: 6 }),
    area: fc
      .array(fc.array(fc.constantFrom('#', '#', '.'), { minLength: 20, maxLength: 20 }), {
        minLength: 1,
        maxLength: 16,
      })
      .map((lines) => lines.map((line) => line.join(''))),
    at: fc.tuple(fc.integer({ min: -9, max: 2 }), fc.integer({ min: -9, max: 2 })),
    block: fc.record({ width: size, height: size }),
    batch: fc.integer({ min: 1, max: 9 }),
    denseEntries: fc.constantFrom(0, 4, 64, 2 ** 16),
    alike: fc.boolean(),
  })
  .map(({ alike, ...rest }) => {
    // Half of the scenes have one tiling for all, at places that let tiles coincide.
    const { at, tile } = rest.pictures[0]!;
    const pictures = alike
      ? rest.pictures.map((picture, i) => ({ ...picture, tile: tile!, at: [at![0] + i * tile![0], at![1]] as const }))
      : rest.pictures;
    return { ...rest, pictures };
  });
