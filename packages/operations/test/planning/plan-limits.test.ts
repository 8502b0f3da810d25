import type { Area, Lines } from '@cellshed/areas';
import { budgetOf } from '@cellshed/budget';
import type { Definition } from '@cellshed/contracts';
import { type PictureRaster, rasterOf } from '../../../raster/test/pictures.ts';
import { effortFor } from '../../src/effort.ts';
import type { Identified } from '../../src/identify.ts';
import { openPlacer } from '../../src/planning/place.ts';
import { placeArea } from '../../src/planning/place-area.ts';
import { type PlanWork, planPasses } from '../../src/planning/plan-passes.ts';

/**
 * Sixteen by sixteen cells of a quarter of a degree, from 10° E, 50° N on, which are read together.
 */
const rows = Array.from({ length: 16 }, () => Array(16).fill(1));
const open = new Map([['nlcd', rasterOf({ name: 'nlcd', rows, tile: [4, 4] })]]);
const cover: Definition = { type: 'groupedCount', rasters: ['nlcd'] };
const join: Definition = { type: 'linesJoin', rasters: ['nlcd'] };

type Position = readonly [number, number];
/** From columns and rows. */
const place = ([column, row]: Position): Position => [10 + column / 4, 50 - row / 4];
const areaOf = (...rings: Position[][]): Area => ({
  polygons: rings.map((ring) => [[...ring, ring[0] as Position].map(place)]),
  warnings: [],
});
const box = (left: number, top: number, right: number, bottom: number): Position[] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

function plan(areas: readonly Area[], work: Partial<PlanWork>, { definition = cover, lines = [] as Position[] } = {}) {
  const requests = areas.map((_, i): Identified => {
    const area = { drawn: String(i) };
    const request = { operation: 'o', definition, area, coverage: 'centre' as const, lines: { drawn: 'l' } };
    return { request, definition, place: String(i), key: String(i), fingerprint: String(i) };
  });
  const own: Lines = { lines: [lines.map(place)] };
  const drawn = { area: (hash: string) => areas[Number(hash)] as Area, lines: () => own };
  const unused = { use: () => Promise.reject(new Error('nothing of the catalog is asked for')) };
  const sources = { open, drawn, tables: unused, place: openPlacer({ lines: unused, units: { of: unused.use } }) };
  return planPasses(requests, sources, { tilesPerBatch: 10, ...work });
}

describe('a plan', () => {
  const whole = areaOf(box(0, 0, 16, 16));

  it('is refused when more cells would be counted than a request may have, all areas together', async () => {
    expect(await plan([whole, whole], { mostCells: 512 })).toMatchObject({ tiles: 1 });
    expect(await plan([whole, whole], { mostCells: 511 })).toEqual({
      path: 'areas',
      problem:
        '512 cells or more would be counted for this request, at most 511 are allowed (CELL_LIMIT); ask for smaller areas, or for fewer at once',
    });
  });

  it('is refused when more cells would be read, though few of them are counted', async () => {
    const stripes = areaOf(...Array.from({ length: 4 }, (_, i) => box(0, 4 * i + 1, 16, 4 * i + 2)));
    expect(await plan([stripes], { mostCells: 256 })).toMatchObject({ tiles: 1 });
    expect(await plan([stripes], { mostCells: 255 })).toEqual({
      path: 'area',
      problem:
        '256 cells or more would be read for this request, at most 255 are allowed (CELL_LIMIT); ask for a smaller area',
    });
  });

  it('is refused when one area alone has too many runs of cells', async () => {
    expect(await plan([whole], { mostSpans: 16 })).toMatchObject({ tiles: 1 });
    expect(await plan([whole], { mostSpans: 15 })).toEqual({
      path: 'area',
      problem: 'it has more than 15 runs of cells; ask for a simpler one',
    });
  });

  it('is refused when areas take more steps than were sent bytes for, all together', async () => {
    const sent = budgetOf(20_000);
    const effort = { sent, kept: sent };
    expect(await plan([whole], { effort })).toMatchObject({ tiles: 1 });
    const many = Array.from({ length: 100 }, () => whole);
    expect(await plan(many, { effort })).toEqual({
      path: expect.stringMatching(/^drawn\/\d+, o\(nlcd\)$/),
      problem: expect.stringMatching(/^area: this request takes more than 20,000 steps of work/),
    });
  });

  it('does not take part of what lies beside the rasters cell by cell', async () => {
    const beside = Array.from({ length: 40 }, (_, i) =>
      areaOf([
        [1000 + i, -100],
        [1400, 0],
        [1200, 100],
        [1001 + i, 20],
      ]),
    );
    const sent = budgetOf(1e9);
    expect(await plan(beside, { effort: { sent, kept: sent } })).toMatchObject({ tiles: 0 });
    expect(1e9 - sent.left).toBeLessThan(40 * 5000);
  });

  it('is made of a tangle of lines and borders in few steps for each place where they meet', async () => {
    const tangle = (size: number) => {
      const comb = Array.from({ length: 2 * size }, (_, i): Position => [(8 * i) / size, i % 2 === 0 ? 0 : 16]);
      const zigzag = Array.from({ length: size }, (_, i): Position => [i % 2 === 0 ? 0 : 16, 1 + (14 * i) / size]);
      return [areaOf([...comb, [16, -1], [0, -1]]), zigzag] as const;
    };
    for (const size of [50, 100, 200]) {
      const [area, lines] = tangle(size);
      const sent = budgetOf(1e9);
      await plan([area], { effort: { sent, kept: sent } }, { definition: join, lines });
      expect((1e9 - sent.left) / (2 * size * size)).toBeLessThan(80);
    }
  });

  it('charges who sends lines nothing for an area of a table, however many vertices that has', () => {
    const kept = budgetOf(1e9);
    const spent = (vertices: number) => {
      const sent = budgetOf(1e9);
      const circle = Array.from({ length: vertices }, (_, i): Position => {
        const angle = (2 * Math.PI * i) / vertices;
        return [8 + 7 * Math.cos(angle), 8 + 7 * Math.sin(angle)];
      });
      const work = { coverage: 'centre' as const, lines: { lines: [[place([7.2, 7]), place([8.4, 8.1])]] } };
      const { grid } = open.get('nlcd') as PictureRaster;
      const bounds = { firstColumn: 0, endColumn: 16, firstRow: 0, endRow: 16 };
      placeArea(areaOf(circle), { grid, bounds }, { ...work, budgets: { area: kept, lines: sent, cells: sent } });
      return 1e9 - sent.left;
    };
    expect(spent(20_000)).toBeLessThan(30 * spent(200));
  });

  it('stops when it is told to, whatever of it is under way', async () => {
    const stopped = () => {
      throw new Error('nobody waits');
    };
    const many = Array.from({ length: 2000 }, () => whole);
    await expect(plan(many, { effort: effortFor(1e9, stopped) })).rejects.toThrow('nobody waits');
  });
});
