import type { Area } from '@cellshed/areas';
import type { Definition, Refusal } from '@cellshed/contracts';
import fc from 'fast-check';
import { digits, type PictureRaster, rasterOf } from '../../raster/test/pictures.ts';
import { countPass } from '../src/count-pass.ts';
import { type Counter, countWhole } from '../src/count-whole.ts';
import type { Identified } from '../src/identify.ts';
import { openPlacer } from '../src/planning/place.ts';
import { planPasses } from '../src/planning/plan-passes.ts';

const rows = digits('1122', '1133', '4433', '4455')
  .flatMap((row) => [row, row])
  .map((row) => row.flatMap((v) => [v, v]));
const lessFar = digits('12', '34');
const soils = rows.map((row) => row.map((value) => 9 - value));

/**
 * Rasters on one lattice, in tiles of 2 × 2 cells but for `coarse`; `other` has a grid of its own.
 */
function rasters(): Map<string, PictureRaster> {
  const tile = [2, 2] as const;
  return new Map([
    ['nlcd', rasterOf({ name: 'nlcd', rows, tile })],
    ['soil', rasterOf({ name: 'soil', rows: soils, tile, nodata: 5 })],
    ['slope', rasterOf({ name: 'slope', rows: rows.map((row) => row.map((v) => v / 4)), sampleType: 'float32', tile })],
    ['corner', rasterOf({ name: 'corner', rows: lessFar, at: [4, 4], tile })],
    ['other', rasterOf({ name: 'other', rows: lessFar, at: [2, 2], tile })],
  ]);
}

const definitions: Definition[] = [
  { type: 'groupedCount', rasters: ['nlcd'] },
  { type: 'groupedCount', rasters: ['nlcd', 'soil'] },
  { type: 'groupedCount', rasters: ['soil', 'slope', 'nlcd'] },
  { type: 'groupedAverage', rasters: ['nlcd'], target: 'slope' },
  { type: 'groupedAverage', rasters: [], target: 'slope' },
  { type: 'groupedAverage', rasters: ['soil'], target: 'corner' },
  { type: 'summary', rasters: ['slope', 'corner'] },
  { type: 'statistics', rasters: ['slope'], weights: 'soil', quantiles: [0.1, 0.75] },
  { type: 'groupedCount', rasters: ['corner'] },
  { type: 'groupedAverage', rasters: ['soil'], target: 'corner', cellAreas: true },
  { type: 'summary', rasters: ['slope', 'corner'], cellAreas: true },
  { type: 'statistics', rasters: ['slope'], weights: 'soil', cellAreas: true },
  { type: 'groupedCount', rasters: ['other'] },
  { type: 'linesJoin', rasters: ['nlcd'] },
  { type: 'change', rasters: ['nlcd', 'soil'] },
];

/** Cells are a quarter of a degree, from 10° E, 50° N on. */
function areaOf([column, row, width, height]: readonly [number, number, number, number]): Area {
  const [west, north] = [10 + column / 4, 50 - row / 4];
  const [east, south] = [west + width / 4, north - height / 4];
  const ring = [
    [west, north],
    [east, north],
    [east, south],
    [west, south],
    [west, north],
  ] as const;
  return { polygons: [[ring]], warnings: [] };
}

const lines = [
  [
    [10, 50],
    [12, 48],
  ],
] as const;

function asked(areas: readonly Area[], operations: readonly Definition[], coverage: 'centre' | 'touched' | 'fraction') {
  const requests = areas.flatMap((_, i) =>
    operations.map((definition, o): Identified => {
      const request = { operation: `o${o}`, definition, area: { drawn: String(i) }, coverage, lines: { drawn: 'l' } };
      const place = JSON.stringify([i, coverage, definition.type === 'linesJoin']);
      return { request, definition, place, key: `${i} ${o}`, fingerprint: `${i} ${o}` };
    }),
  );
  const drawn = { area: (hash: string) => areas[Number(hash)] as Area, lines: () => ({ lines }) };
  return { requests, drawn };
}

/** Plans and counts in batches of so many tiles, and writes the documents. */
async function answers(
  { requests, drawn }: ReturnType<typeof asked>,
  { open, tilesPerBatch }: { open: ReadonlyMap<string, PictureRaster>; tilesPerBatch: number },
): Promise<string[]> {
  const unused = { use: () => Promise.reject(new Error('nothing of the catalog is asked for')) };
  const sources = { open, drawn, tables: unused, place: openPlacer({ lines: unused, units: { of: unused.use } }) };
  const identified = new Map(requests.map((one) => [one.request, one]));
  const counter: Counter = {
    plan: (_requests, _drawn, work) => planPasses(requests, sources, work),
    count: (some, _drawn, batch) =>
      countPass(
        some.map((one) => identified.get(one) as Identified),
        sources,
        batch,
      ),
  };
  const fingerprints = requests.map(({ fingerprint }) => fingerprint);
  const asking = requests.map(({ request }) => request);
  const whole = await countWhole(counter, asking, { fingerprints, tilesPerBatch, batchesAtOnce: 2 });
  return (whole as Exclude<typeof whole, Refusal>).documents.map((document) => JSON.stringify(document));
}

const place = fc.integer({ min: -2, max: 9 });
const size = fc.constantFrom(0.5, 1, 1.7, 3, 6);
const anyArea = fc.tuple(fc.oneof(place, fc.constant(0.3)), place, size, size).map(areaOf);

describe('several operations on several areas', () => {
  it('come to the same, to the bit, as each alone, however the tiles are cut', async () => {
    const some = fc.subarray(definitions, { minLength: 1, maxLength: 4 });
    const rule = fc.constantFrom('centre', 'touched', 'fraction');
    const several = fc.array(anyArea, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        several,
        some,
        rule,
        fc.integer({ min: 1, max: 5 }),
        async (areas, operations, coverage, cut) => {
          const all = asked(areas, operations, coverage);
          const open = rasters();
          const alone: string[] = [];
          for (const one of all.requests)
            alone.push(...(await answers({ ...all, requests: [one] }, { open, tilesPerBatch: 1000 })));
          expect(await answers(all, { open, tilesPerBatch: cut })).toEqual(alone);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([1, 3, 1000])(
    'read each tile once, 61 areas by 12 operations in batches of %i tiles',
    async (tilesPerBatch) => {
      const areas = Array.from({ length: 61 }, (_, i) => areaOf([i % 7, Math.floor(i / 9), 1 + (i % 3), 2]));
      const open = rasters();
      await answers(asked(areas, definitions, 'centre'), { open, tilesPerBatch });
      for (const name of ['nlcd', 'soil', 'slope']) {
        const { reads = [] } = open.get(name) ?? {};
        expect(reads.length).toBe(16);
        expect(new Set(reads).size).toBe(16);
      }
      expect(open.get('corner')?.reads).toEqual(['0,0']);
      expect(open.get('other')?.reads).toEqual(['0,0']);
    },
  );

  it('are refused when their areas have too many runs of cells together, each area counted once', async () => {
    const { requests, drawn } = asked([areaOf([0, 0, 4, 4]), areaOf([1, 1, 4, 4])], definitions.slice(0, 3), 'centre');
    const unused = { use: () => Promise.reject(new Error('nothing of the catalog is asked for')) };
    const sources = {
      open: rasters(),
      drawn,
      tables: unused,
      place: openPlacer({ lines: unused, units: { of: unused.use } }),
    };
    expect(await planPasses(requests, sources, { tilesPerBatch: 1, mostSpans: 7 })).toEqual({
      path: 'areas',
      problem: 'together they have more than 7 runs of cells; ask for fewer at once',
    });
    expect(await planPasses(requests, sources, { tilesPerBatch: 1, mostSpans: 8 })).toMatchObject({
      frames: { length: 6 },
    });
  });
});

describe('rasters with scale and offset', () => {
  const scaling = { scale: 0.5, offset: -10, isApplied: false };
  const scaledRasters = (isApplied: boolean) => {
    const open = rasters();
    return open.set('soil', { ...(open.get('soil') as PictureRaster), scaling: { ...scaling, isApplied } });
  };
  const everything = areaOf([0, 0, 8, 8]);
  const definitions: Definition[] = [
    { type: 'groupedCount', rasters: ['nlcd', 'soil'] },
    { type: 'groupedAverage', rasters: ['soil'], target: 'soil' },
    { type: 'summary', rasters: ['soil'] },
    { type: 'statistics', rasters: ['soil'], weights: 'soil' },
    { type: 'linesJoin', rasters: ['soil'] },
  ];

  it.each([false, true])(
    'are told in every result, once each, and values are in units if that is applied: %s',
    async (isApplied) => {
      const all = asked([everything], definitions, 'centre');
      const documents = (await answers(all, { open: scaledRasters(isApplied), tilesPerBatch: 3 })).map((text) =>
        JSON.parse(text),
      );
      const scales = [{ raster: 'soil', scale: 0.5, offset: -10, applied: isApplied }];
      expect(documents.map((document) => document.scales)).toEqual(definitions.map(() => scales));
      const inUnits = (value: number) => (isApplied ? value * 0.5 - 10 : value);
      const values = soils.flat().filter((value) => value !== 5);
      const mean = inUnits(values.reduce((sum, value) => sum + value, 0) / values.length);
      const [counts, averages, summary, statistics, join] = documents;
      expect(counts.groups.at(0).values).toEqual([1, inUnits(8)]);
      const own: { values: number[]; average: number }[] = averages.groups;
      expect(own.map(({ average }) => average)).toEqual(own.map(({ values: [value] }) => value));
      expect(own).toHaveLength(5);
      expect(summary.summaries[0]).toMatchObject({ min: inUnits(4), average: mean, max: inUnits(8), noData: 16 });
      expect(statistics).toMatchObject({ mean, min: inUnits(4), max: inUnits(8), weight: mean * values.length });
      expect(join.groups.at(0).values).toEqual([inUnits(4)]);
    },
  );

  it('are not told where there are none', async () => {
    const [text] = await answers(asked([everything], definitions.slice(0, 1), 'centre'), {
      open: rasters(),
      tilesPerBatch: 3,
    });
    expect(JSON.parse(text as string)).not.toHaveProperty('scales');
  });
});
