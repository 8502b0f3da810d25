import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crsFromText, isGeographic } from '@cellshed/crs';
import fc from 'fast-check';
import {
  projectLinesToCells,
  projectToCells,
  worldColumns,
  type XyLines,
  type XyPolygons,
} from '../../src/grid/cell-polygons.ts';
import type { Grid } from '../../src/grid/grid.ts';
import { centreCells, inWorld, sharedCells, touchedCells } from '../../src/spans/area-cells.ts';
import { lineSpansOf } from '../../src/spans/line-spans.ts';
import type { Spans } from '../../src/spans/spans.ts';

/** The form in which `longitudes/make-cases.py` writes cases. */
interface Cases {
  readonly rasters: Readonly<
    Record<string, Omit<Grid, 'crs' | 'cellWidth' | 'cellHeight'> & { crs: string; cell: number }>
  >;
  /** The ways in which each area is written. */
  readonly areas: Readonly<Record<string, Readonly<Record<string, XyPolygons>>>>;
  readonly cells: Readonly<Record<string, Readonly<Record<string, Sums>>>>;
}

type Sums = readonly [cells: number, columns: number, rows: number, products: number];

const { rasters, areas, cells } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'longitudes/cases.json'), 'utf8'),
) as Cases;

function sumsOf({ firstRow, rowStarts, columns }: Spans): Sums {
  let [count, columnSum, rowSum, products] = [0, 0, 0, 0];
  for (let i = 0; i + 1 < rowStarts.length; i++) {
    for (let k = rowStarts[i]!; k < rowStarts[i + 1]!; k++) {
      for (let column = columns[2 * k]!; column < columns[2 * k + 1]!; column++) {
        count++;
        columnSum += column;
        rowSum += firstRow + i;
        products += column * (firstRow + i);
      }
    }
  }
  return [count, columnSum, rowSum, products % 1_000_003];
}

function gridOf(name: string): Grid {
  const { crs, cell, ...rest } = rasters[name]!;
  return { ...rest, crs: crsFromText(crs), cellWidth: cell, cellHeight: cell };
}

const pairs = Object.keys(rasters).flatMap((raster) => Object.keys(areas).map((area) => [raster, area] as const));

it.each(pairs)('on %s, the cells of %s are those of rasterio, whichever way it is written', (raster, area) => {
  const grid = gridOf(raster);
  const window = { firstColumn: 0, endColumn: grid.width, firstRow: 0, endRow: grid.height };
  for (const [way, polygons] of Object.entries(areas[area]!)) {
    // An additional vertex on the antimeridian bends the edge if it is straight in another CRS.
    if (way === 'cut' && !isGeographic(grid.crs)) continue;
    const { spans } = centreCells(projectToCells(polygons, grid), window, { world: worldColumns(grid) });
    expect([way, ...sumsOf(spans)]).toEqual([way, ...cells[raster]![area]!]);
  }
});

const rules = { centre: centreCells, touched: touchedCells, fraction: sharedCells };
type Rule = keyof typeof rules;

const degree = { originY: 90, cellWidth: 1, cellHeight: 1, height: 180 };
const windowOf = ({ width, height }: Grid) => ({ firstColumn: 0, endColumn: width, firstRow: 0, endRow: height });

/** The share of each cell in the area, by `row column`: 1 for whole ones. */
function sharesOf({ firstRow, rowStarts, columns, shares }: Spans): Map<string, number> {
  const found = new Map<string, number>();
  for (let i = 0; i + 1 < rowStarts.length; i++) {
    for (let k = rowStarts[i]!; k < rowStarts[i + 1]!; k++)
      for (let column = columns[2 * k]!; column < columns[2 * k + 1]!; column++)
        found.set(`${firstRow + i} ${column}`, 1);
    for (let k = shares?.rowStarts[i] ?? 0; k < (shares?.rowStarts[i + 1] ?? 0); k++)
      found.set(`${firstRow + i} ${shares!.columns[k]}`, shares!.parts[k]! / 2 ** 32);
  }
  return found;
}

/** The same cells on a plane without another side, whose coordinates are those of the area. */
function onPlane(polygons: XyPolygons, rule: Rule) {
  const crs = crsFromText('EPSG:5070');
  const grid = { ...degree, crs, originX: -1000, width: 2000 };
  const { spans } = rules[rule](projectToCells(polygons, grid, { crs }), windowOf(grid));
  return sharesOf(spans);
}

// Quarters of degrees, so that moving by whole turns changes no digit; less than a world wide.
const quarter = (min: number, max: number) => fc.integer({ min: 4 * min, max: 4 * max }).map((n) => n / 4);
const corner = fc.tuple(quarter(0, 170), quarter(-60, 60));
const areaAnywhere = fc
  .record({ west: quarter(-350, 180), ring: fc.array(corner, { minLength: 3, maxLength: 6 }) })
  .map(({ west, ring }): [number, number][] => ring.map(([x, y]) => [west + x, y]));

/**
 * A longitude between −180 and 180. Both are the antimeridian: an area that only reaches it from
 * the west has 180 there, as −180 would make it the area on the other side of the world.
 */
function inLongitudes(x: number, isEasternmost: boolean): number {
  const longitude = ((((x + 180) % 360) + 360) % 360) - 180;
  return isEasternmost && longitude === -180 ? 180 : longitude;
}

it('on a raster around the world each cell of an area counts once, wherever the raster begins and however the area is written', () => {
  const crs = crsFromText('EPSG:4326');
  const start = fc.integer({ min: -360, max: 180 });
  const rule = fc.constantFrom<Rule>('centre', 'touched', 'fraction');
  fc.assert(
    fc.property(areaAnywhere, start, rule, fc.boolean(), (open, originX, rule, leaps) => {
      const east = Math.max(...open.map(([x]) => x));
      const written = leaps ? open.map(([x, y]): [number, number] => [inLongitudes(x, x === east), y]) : open;
      const closed = [[[...written, written[0]!]]];
      const grid = { ...degree, crs, originX, width: 360 };
      const { spans, areaCells } = rules[rule](projectToCells(closed, grid), windowOf(grid), {
        world: worldColumns(grid),
      });
      const found = sharesOf(spans);
      const expected = new Map<string, number>();
      for (const [cell, share] of onPlane([[[...open, open[0]!]]], rule)) {
        const [row, column] = cell.split(' ').map(Number) as [number, number];
        expected.set(`${row} ${(column - 1000 - originX + 3600) % 360}`, share);
      }
      expect(found.size).toBe(expected.size);
      const off = [...expected].map(([cell, share]) => Math.abs((found.get(cell) ?? 9) - share));
      expect(Math.max(0, ...off)).toBeLessThan(1e-8);
      const sum = [...expected.values()].reduce((all, share) => all + share, 0);
      expect(areaCells).toBeCloseTo(sum, 6);
    }),
    { numRuns: 100 },
  );
});

it('a raster of a part of the world has the cells of an area that lie on it, and all of them are known', () => {
  const crs = crsFromText('EPSG:4326');
  fc.assert(
    fc.property(
      areaAnywhere,
      fc.integer({ min: -360, max: 300 }),
      fc.integer({ min: 1, max: 200 }),
      (open, originX, width) => {
        const grid = { ...degree, crs, originX, width };
        const { spans, areaCells } = centreCells(projectToCells([[[...open, open[0]!]]], grid), windowOf(grid), {
          world: worldColumns(grid),
        });
        const all = [...onPlane([[[...open, open[0]!]]], 'centre').keys()];
        const inside = all.filter((cell) => (Number(cell.split(' ')[1]) - 1000 - originX + 3600) % 360 < width);
        expect([spans.cells, areaCells]).toEqual([inside.length, all.length]);
      },
    ),
    { numRuns: 100 },
  );
});

describe('what goes round the world', () => {
  const grid = (originX: number, width = 360): Grid => ({ ...degree, crs: crsFromText('EPSG:4326'), originX, width });
  const box = (west: number, east: number): XyPolygons => [
    [
      [
        [west, -60],
        [east, -60],
        [east, 60],
        [west, 60],
        [west, -60],
      ],
    ],
  ];
  const count = (polygons: XyPolygons, on: Grid, rule: Rule = 'centre') => {
    const { spans, areaCells } = rules[rule](projectToCells(polygons, on), windowOf(on), { world: worldColumns(on) });
    return [spans.cells, areaCells];
  };

  it.each([-180, 0, -90, -360, 37])('has all columns of a raster from %i, once', (originX) => {
    for (const rule of ['centre', 'touched', 'fraction'] as const) {
      expect(count(box(-180, 180), grid(originX), rule)).toEqual([360 * 120, 360 * 120]);
      expect(count(box(0, 360), grid(originX), rule)).toEqual([360 * 120, 360 * 120]);
      expect(count(box(-200, 200), grid(originX), rule)).toEqual([360 * 120, 360 * 120]);
      expect(count([...box(-180, 0), ...box(0, 180), ...box(170, 190)], grid(originX), rule)).toEqual([43_200, 43_200]);
    }
  });

  it('counts no place twice where a raster has some columns twice', () => {
    const cyclic = grid(-180.5, 361);
    expect(count(box(-180, 180), cyclic)).toEqual([360 * 120, 360 * 120]);
    expect(count(box(170, 190), cyclic)).toEqual([20 * 120, 20 * 120]);
    expect(count(box(-180.4, -179.6), cyclic)).toEqual([120, 120]);
    expect(count(box(179.6, 180.4), cyclic)).toEqual([120, 120]);
    expect(count([...box(-100, 0), ...box(0, 100)], grid(-180, 720))).toEqual([200 * 120, 200 * 120]);
  });

  it('has a cell with ten digits where it is, as well as one with sixteen', () => {
    const cell = 0.008333333333;
    const fine: Grid = { ...grid(-180), cellWidth: cell, cellHeight: cell, width: 43_200, height: 21_600 };
    const square = (west: number, east: number): XyPolygons => [
      [
        [
          [west, 0],
          [east, 0],
          [east, 1],
          [west, 1],
          [west, 0],
        ],
      ],
    ];
    for (const [west, east] of [
      [179, 181],
      [-181, -179],
      [179, -179],
    ] as const)
      for (const rule of ['centre', 'fraction'] as const) {
        const [cells, all] = count(square(west, east), fine, rule) as [number, number];
        // The tenth digit moves the equator, and so a row of cells or a column, by a
        // hundred-thousandth of a cell.
        expect([rule, Math.round(10 * all)]).toEqual([rule, 10 * 240 * 120]);
        if (rule === 'centre') expect(cells).toBe(all);
      }
  });
});

describe('a line across the antimeridian', () => {
  const area: XyPolygons = [
    [
      [
        [170, -10],
        [190, -10],
        [190, 10],
        [170, 10],
        [170, -10],
      ],
    ],
  ];
  const ways: readonly (readonly [string, XyLines])[] = [
    [
      'goes on',
      [
        [
          [172.5, 0.5],
          [187.5, 5.5],
        ],
      ],
    ],
    [
      'leaps',
      [
        [
          [172.5, 0.5],
          [-172.5, 5.5],
        ],
      ],
    ],
    [
      'goes back',
      [
        [
          [-187.5, 0.5],
          [-172.5, 5.5],
        ],
      ],
    ],
  ];

  it.each(ways)('has the same cells in an area, each once, where it %s', (_, line) => {
    const cells = [-180, 0, -90, 185].map((originX) => {
      const grid: Grid = { ...degree, crs: crsFromText('EPSG:4326'), originX, width: 360 };
      const window = inWorld(windowOf(grid), worldColumns(grid));
      const spans = lineSpansOf(projectLinesToCells(line, grid), projectToCells(area, grid), window);
      return [...sharesOf(spans).keys()]
        .map((cell) => {
          const [row, column] = cell.split(' ').map(Number) as [number, number];
          return `${row} ${(column + originX + 720) % 360}`;
        })
        .sort();
    });
    // Sixteen columns from 172 to 187, one row for each three of them.
    expect(cells[0]).toHaveLength(16);
    expect(new Set(cells[0]?.map((cell) => cell.split(' ')[1])).size).toBe(16);
    for (const others of cells.slice(1)) expect(others).toEqual(cells[0]);
  });

  it('is cut where the projection of a raster is', () => {
    const grid: Grid = { ...gridOf('Mollweide') };
    const window = { firstColumn: 0, endColumn: grid.width, firstRow: 0, endRow: grid.height };
    const counts = ways.map(
      ([, line]) => lineSpansOf(projectLinesToCells(line, grid), projectToCells(area, grid), window).cells,
    );
    // 15 degrees along the equator are 1,500 km, and a cell is 50 km wide.
    expect(new Set(counts).size).toBe(1);
    expect(Math.abs((counts[0] as number) - 31)).toBeLessThanOrEqual(2);
  });
});
