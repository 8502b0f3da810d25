import type { Area } from '@cellshed/areas';
import type { Coverage, Definition, Refusal, Request, ResultDocument } from '@cellshed/contracts';
import fc from 'fast-check';
import { digits, rasterOf } from '../../../raster/test/pictures.ts';
import { countPass } from '../../src/count-pass.ts';
import { type Counter, countWhole } from '../../src/count-whole.ts';
import type { Identified } from '../../src/identify.ts';
import { openPlacer } from '../../src/planning/place.ts';
import { planPasses } from '../../src/planning/plan-passes.ts';
import { addUnitSums, sumOfUnit, totalDocument, type UnitSum } from '../../src/totals/unit-sum.ts';

const rows = digits('11223311', '11332222', '44331122', '44551100', '99551100', '99661111', '22661133', '22771133');
const open = new Map([
  ['nlcd', rasterOf({ name: 'nlcd', rows, nodata: 0 })],
  ['soil', rasterOf({ name: 'soil', rows: rows.map((row) => row.map((value) => (value * 7) % 5)), nodata: 3 })],
  ['slope', rasterOf({ name: 'slope', rows: rows.map((row) => row.map((v) => v / 4)), sampleType: 'float32' })],
]);

const definitions: Definition[] = [
  { type: 'groupedCount', rasters: ['nlcd', 'soil'] },
  { type: 'groupedCount', rasters: ['nlcd'], cellAreas: true },
  { type: 'change', rasters: ['nlcd', 'soil'] },
  { type: 'change', rasters: ['nlcd', 'soil'], cellAreas: true },
  { type: 'groupedAverage', rasters: ['soil'], target: 'slope' },
  { type: 'groupedAverage', rasters: [], target: 'nlcd' },
  { type: 'groupedAverage', rasters: ['soil'], target: 'slope', cellAreas: true },
  { type: 'summary', rasters: ['slope', 'soil'] },
  { type: 'summary', rasters: ['soil'], cellAreas: true },
];

type Box = readonly [column: number, row: number, width: number, height: number];

/** Cells are a quarter of a degree, from 10° E, 50° N on. */
function areaOf(boxes: readonly Box[], warnings: readonly string[] = []): Area {
  const polygons = boxes.map(([column, row, width, height]) => {
    const [west, north] = [10 + column / 4, 50 - row / 4];
    const [east, south] = [west + width / 4, north - height / 4];
    return [
      [
        [west, north],
        [east, north],
        [east, south],
        [west, south],
        [west, north],
      ] as const,
    ];
  });
  return { polygons, warnings };
}

/** Counts an operation in areas, each for itself. */
async function count(
  definition: Definition,
  coverage: Coverage,
  areas: readonly Area[],
): Promise<readonly ResultDocument[]> {
  const unused = { use: () => Promise.reject(new Error('nothing of the catalog is asked for')) };
  const identified = areas.map((_, i): Identified => {
    const request = { operation: 'o', definition, area: { drawn: String(i) }, coverage };
    return { request, definition, place: `${i} ${coverage}`, key: `${i}`, fingerprint: `${i}` };
  });
  const drawn = { area: (hash: string) => areas[Number(hash)] as Area, lines: () => ({ lines: [] }) };
  const place = openPlacer({ lines: unused, units: { of: unused.use } });
  const sources = { open, drawn, tables: unused, place };
  const counter: Counter = {
    plan: (_requests, _drawn, work) => planPasses(identified, sources, work),
    count: (some, _drawn, batch) =>
      countPass(
        some.map(({ area }) => identified[Number('drawn' in area && area.drawn)] as Identified),
        sources,
        batch,
      ),
  };
  const requests = identified.map(({ request }) => request);
  const whole = await countWhole(counter, requests, { fingerprints: requests.map((_, i) => `${i}`) });
  return (whole as Exclude<typeof whole, Refusal>).documents;
}

function total(definition: Definition, coverage: Coverage, documents: readonly ResultDocument[]): ResultDocument {
  const request: Request = { operation: 'o', area: { table: 't', upstream: '1' }, coverage };
  const sums = documents.map((document) => sumOfUnit(definition, JSON.parse(JSON.stringify(document))) as UnitSum);
  return totalDocument(request, definition, JSON.parse(JSON.stringify(addUnitSums(definition, sums))));
}

const without = ({ area: _, covered: __, ...document }: ResultDocument) => document;

/** Boxes that share no cell, on the rasters or beside them. */
const cuts = fc.uniqueArray(fc.integer({ min: -3, max: 11 }), { minLength: 2, maxLength: 5 });
const boxes = fc.tuple(cuts, cuts, fc.constantFrom(0, 0.3)).chain(([columns, lines, off]) => {
  const [xs, ys] = [columns, lines].map((some) => some.toSorted((a, b) => a - b).map((one) => one + off));
  const all = xs!
    .slice(1)
    .flatMap((x, i) => ys!.slice(1).map((y, j): Box => [xs![i]!, ys![j]!, x - xs![i]!, y - ys![j]!]));
  return fc.subarray(all, { minLength: 1 });
});

describe('the total of areas that share no cell', () => {
  it.each(['centre', 'fraction'] as const)('is what counting all of them as one gives, by %s', async (coverage) => {
    await fc.assert(
      fc.asyncProperty(boxes, fc.constantFrom(...definitions), async (units, definition) => {
        const areas = units.map((box) => areaOf([box]));
        const sum = total(definition, coverage, await count(definition, coverage, areas));
        const [dissolved] = (await count(definition, coverage, [areaOf(units)])) as [ResultDocument];
        const { areas: number, ...others } = without(sum);
        expect(number).toBe(units.length);
        if (coverage === 'centre') expect(sum.covered).toBe(dissolved.covered);
        else expect(Math.abs(sum.covered - dissolved.covered)).toBeLessThan(1e-8);
        // Shares of a cell are rounded for each area, sums for each group.
        if (coverage === 'centre' && !('cellAreas' in definition)) expect(others).toEqual(without(dissolved));
        else expectClose(others, without(dissolved));
      }),
      { numRuns: 60 },
    );
  });

  it('is the same in whatever order and portions they are added', async () => {
    await fc.assert(
      fc.asyncProperty(boxes, fc.constantFrom(...definitions), fc.nat(), async (units, definition, at) => {
        const areas = units.map((box) => areaOf([box]));
        const documents = await count(definition, 'centre', areas);
        const sums = documents.map((document) => sumOfUnit(definition, document) as UnitSum);
        const cut = at % sums.length;
        const portions = [sums.slice(cut), sums.slice(0, cut)].filter(({ length }) => length > 0);
        const inPortions = addUnitSums(
          definition,
          portions.map((some) => addUnitSums(definition, some)),
        );
        const { known: _, ...once } = addUnitSums(definition, sums);
        expect(inPortions).toMatchObject(once);
      }),
      { numRuns: 30 },
    );
  });
});

const [definition] = definitions as [Definition];

it('a total has its own name, the number of its units, and what all of them say of the rasters', async () => {
  const documents = await count(definition, 'centre', [areaOf([[0, 0, 2, 2]]), areaOf([[2, 0, 2, 2]])]);
  const { groups: _, ...others } = total(definition, 'centre', documents) as unknown as Record<string, unknown>;
  expect(others).toEqual({
    operation: 'o',
    area: 't/1 upstream',
    areas: 2,
    rasters: ['nlcd', 'soil'],
    coverage: 'centre',
    cells: 8,
    covered: 1,
  });
});

it('a unit beside the rasters keeps its number of cells, so that the share of a total is exact', async () => {
  const documents = await count(definition, 'centre', [areaOf([[0, 0, 2, 2]]), areaOf([[-3, 0, 3, 4]])]);
  expect(documents.map(({ covered, areaCells }) => [covered, areaCells])).toEqual([
    [1, undefined],
    [0, 12],
  ]);
  expect(total(definition, 'centre', documents).covered).toBe(0.25);
});

it('warnings of units come once, with their names, and no more than twenty', async () => {
  const areas = Array.from({ length: 30 }, (_, i) => areaOf([[0, 0, 1, 1]], [`ring ${i} crosses itself`]));
  const { warnings = [] } = total(definition, 'centre', await count(definition, 'centre', areas));
  expect(warnings[0]).toBe('drawn/0: ring 0 crosses itself');
  expect(warnings).toHaveLength(21);
  expect(warnings.at(-1)).toBe('there are 10 more warnings about its areas');
});

describe('a result that was computed before totals were', () => {
  it.each([
    [
      'has no sum',
      definitions[4],
      { groups: [{ values: [1], average: 2, cells: 3, noData: 0 }], cells: 3, covered: 1 },
    ],
    [
      'has no sums',
      definitions[7],
      { summaries: [{ raster: 'slope', min: 1, average: 1, max: 1 }], cells: 3, covered: 1 },
    ],
    ['does not tell how large an area beside the rasters is', definition, { groups: [], covered: 0 }],
  ] as const)('cannot be added: it %s', (_, asked, members) => {
    const document = { operation: 'o', area: 't/1', coverage: 'centre', cells: 0, rasters: [], ...members };
    expect(sumOfUnit(asked as Definition, document as unknown as ResultDocument)).toBeUndefined();
  });
});

/** Equal but for the last digits of numbers. */
function expectClose(actual: unknown, expected: unknown): void {
  if (typeof expected === 'number') {
    expect(Math.abs((actual as number) - expected)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected)));
  } else if (Array.isArray(expected)) {
    expect(actual).toHaveLength(expected.length);
    for (const [i, one] of expected.entries()) expectClose((actual as unknown[])[i], one);
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(actual as object).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, one] of Object.entries(expected)) expectClose((actual as Record<string, unknown>)[name], one);
  } else expect(actual).toBe(expected);
}
