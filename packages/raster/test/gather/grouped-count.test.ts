import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { addCounts, countGroups, type GroupedCounts, groupedCountAccumulator } from '../../src/gather/grouped-count.ts';
import { spansOf } from '../../src/spans/centre-spans.ts';
import { type Spans, wholeCell } from '../../src/spans/spans.ts';
import { type RasterStack, stackRasters } from '../../src/stack/stack.ts';
import { planTiles } from '../../src/stack/tile-plan.ts';
import { cellsWithParts } from '../../src/sums/cell-count.ts';
import { TooManyGroupsError } from '../../src/tables/hash-numbers.ts';
import { digits, type PictureRaster, rasterOf, spansOfPicture } from '../pictures.ts';
import { counted, grouped, laidOut, pictures, scenes } from '../scenes.ts';

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

  it('counts cells that lie in the area in part by their parts, and moves whole cells over', async () => {
    const scene = { pictures: [{ rows: digits('1112', '3333') }], area: ['hh#h', '9999'], at: [0, 0] } as const;
    const { whole, rasters } = laidOut({ ...scene, block: { width: 4, height: 2 }, batch: 1 });
    const [counts] = await whole(() => groupedCountAccumulator(rasters));
    expect(counts).toEqual({
      cells: 6,
      parts: wholeCell / 2 - 4,
      groups: [
        { values: [1], cells: 2 },
        { values: [2], cells: 0, parts: wholeCell / 2 },
        { values: [3], cells: 3, parts: wholeCell - 4 },
      ],
    });
    expect(counts!.groups.map(cellsWithParts)).toEqual([2, 0.5, 4 - 4 / wholeCell]);
  });

  it('equals counting cell by cell, however rasters are tiled, placed, typed and counted, in any batches', async () => {
    await fc.assert(
      fc.asyncProperty(scene, fc.constantFrom(0, 4, 64, 2 ** 16), async (drawn, denseEntries) => {
        const { stack, spans, rasters, cells, batches } = laidOut(drawn);
        const groups = grouped(cells, rasters.length).map((group) => ({ ...group, ...counted(group.cells) }));
        const expected = { ...counted(cells), groups };
        const limits = { denseEntries };
        expect(await count(stack, spans, { limits })).toEqual(expected);
        const parts = await batches(() => groupedCountAccumulator(rasters, limits));
        expect(JSON.stringify(addCounts(parts))).toBe(JSON.stringify(await count(stack, spans)));
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
    // A process of its own, because jest hides unhandled failures.
    const program = `
      import { countGroups } from '../../src/gather/grouped-count.ts';
      import { stackRasters } from '../../src/stack/stack.ts';
      import { digits, rasterOf, spansOfPicture } from '../pictures.ts';
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

/** Half of the scenes have one tiling for all, at places where tiles can coincide. */
const scene = scenes(
  fc.tuple(fc.array(pictures(), { minLength: 1, maxLength: 6 }), fc.boolean()).map(([drawn, alike]) => {
    const { at, tile } = drawn[0]!;
    return alike
      ? drawn.map((picture, i) => ({ ...picture, tile: tile!, at: [at![0] + i * tile![0], at![1]] as const }))
      : drawn;
  }),
);
