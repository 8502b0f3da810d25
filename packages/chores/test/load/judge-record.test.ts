import { type ArchiveRecord, resultKey } from '@cellshed/cache';
import { resultSchemaVersion } from '@cellshed/contracts';
import { type JudgeOptions, recordJudge } from '../../src/load/judge-record.ts';

const now = 1_000_000;

function record(change: Partial<ArchiveRecord> = {}, about: Record<string, unknown> = {}): ArchiveRecord {
  const told = {
    area: 'huc/01',
    operation: 'soil',
    fingerprint: 'f0',
    rasters: { soil: '2016' },
    tableVersion: '1',
    ...about,
  };
  const [table, id] = String(told.area).split('/') as [string, string];
  const parts = { area: { table, id }, operation: String(told.operation), fingerprint: String(told.fingerprint) };
  const frame = {
    schemaVersion: resultSchemaVersion,
    computedAt: now - 100,
    costMs: 1,
    etag: '',
    value: new Uint8Array(),
  };
  return { ...frame, key: resultKey(parts), about: told, ...change };
}

interface Fake {
  readonly force?: boolean;
  readonly rasters?: Record<string, string>;
  readonly lines?: Record<string, string>;
  readonly tableVersion?: string;
  readonly fingerprint?: string;
  readonly hardLimitMilliseconds?: number;
}

const monthly = {
  name: 'rain',
  type: 'groupedAverage',
  rasters: [],
  target: 'rain_{month}',
  parameters: { month: { values: ['07'] } },
  hardLimitMilliseconds: 200,
};

function judge({ force = false, fingerprint = 'f0', hardLimitMilliseconds, ...fake }: Fake = {}) {
  const { rasters = { soil: '2016' }, lines = {}, tableVersion = '1' } = fake;
  let looks = 0;
  const operation = {
    name: 'soil',
    type: 'groupedCount',
    rasters: Object.keys(rasters),
    ...(hardLimitMilliseconds && { hardLimitMilliseconds }),
  };
  const options = {
    operations: {
      catalog: {
        areas: new Map([['huc', {}]]),
        rasters: new Map([['rain_07', { name: 'rain_07', aliases: [] }]]),
        operations: new Map<string, object>([
          ['soil', operation],
          ['rain', monthly],
        ]),
      },
      identify: async ({ area, definition }: { area: { id: string }; definition?: { target: string } }) => {
        looks += 1;
        if (area.id === '404') return { problem: 'area: no such' };
        return { fingerprint: definition ? `of ${definition.target}` : fingerprint, key: '' };
      },
    },
    versions: async () => ({ sources: async () => ({ rasters, lines }), table: async () => tableVersion }),
    force,
    clock: () => now,
  };
  return { judge: recordJudge(options as unknown as JudgeOptions), looks: () => looks };
}

const refused = (reason: string) => ({ verdict: 'refused', reason });
const good = { verdict: 'good' };

it('what the catalog has is good, and looked at once for an operation on a table', async () => {
  const { judge: judged, looks } = judge();
  expect(await judged(record())).toEqual(good);
  expect(await judged(record({}, { area: 'huc/02' }))).toEqual(good);
  expect(looks()).toBe(1);
});

it.each([
  [{ area: 7 }, 'area is 7, expected table/id'],
  [{ area: 'huc' }, 'area is "huc", expected table/id'],
  [{ area: '/01' }, 'area is "/01", expected table/id'],
  [{ area: 'huc/' }, 'id of a key is "", expected non-empty well-formed text'],
  [{ operation: undefined }, 'operation is missing, expected text'],
  [{ fingerprint: null }, 'fingerprint is null, expected text'],
])('a line with %j is broken, also when forced', async (about, problem) => {
  const line = { ...record(), about: { ...record().about, ...about } };
  expect(await judge().judge(line)).toEqual({ verdict: 'broken', problem });
  expect(await judge({ force: true }).judge(line)).toEqual({ verdict: 'broken', problem });
});

it.each([{ area: 'huc/02' }, { operation: 'nlcd' }, { fingerprint: 'f1' }])(
  'a key that is of something else than %j is broken, also when forced',
  async (about) => {
    const line = { ...record(), about: { ...record().about, ...about } };
    const problem = expect.stringMatching(
      /^key is "geop:huc:01:soil:f0", but area, operation and fingerprint make "geop:huc:/,
    );
    expect(await judge({ force: true }).judge(line)).toEqual({ verdict: 'broken', problem });
  },
);

const other = { fingerprint: 'f1' };
const differences: [what: string, now: Fake, about: Record<string, unknown>, reason: string][] = [
  ['raster', { rasters: { soil: '2019' } }, {}, 'raster soil has version "2016" in the file, "2019" in the catalog'],
  ['area table', { tableVersion: '2' }, {}, 'area table huc has version "1" in the file, "2" in the catalog'],
  [
    'raster and table',
    { rasters: { soil: '2019' }, tableVersion: '2' },
    {},
    'raster soil has version "2016" in the file, "2019" in the catalog; area table huc has version "1" in the file, "2" in the catalog',
  ],
  [
    'list of rasters',
    { rasters: { soil: '2016', slope: '1' } },
    {},
    'operation soil is of the rasters soil in the file, of soil, slope in the catalog',
  ],
  [
    'list of rasters',
    {},
    { rasters: undefined },
    'operation soil is of the rasters none in the file, of soil in the catalog',
  ],
  [
    'line source',
    { lines: { streams: '4' } },
    { lines: { streams: '3' } },
    'line source streams has version "3" in the file, "4" in the catalog',
  ],
  [
    'list of lines',
    { lines: { streams: '4' } },
    {},
    'operation soil is of the lines none in the file, of streams in the catalog',
  ],
  [
    'definition',
    {},
    {},
    'operation soil is defined otherwise in the catalog than it was for the file, or counted otherwise',
  ],
];

it.each(differences)(
  'another %s is refused with both versions, unless forced',
  async (_what, versions, about, reason) => {
    const line = record({}, about);
    expect(await judge({ ...versions, ...other }).judge(line)).toEqual(refused(reason));
    expect(await judge({ ...versions, ...other, force: true }).judge(line)).toEqual(good);
  },
);

it('a choice of parameters is one that the catalog has, or is refused', async () => {
  const operation = 'rain(rain_07)';
  expect(await judge().judge(record({}, { operation, fingerprint: 'of rain_07' }))).toEqual(good);
  const other = record({}, { operation: 'rain(rain_13)' });
  expect(await judge().judge(other)).toEqual(refused('the catalog has no operation "rain(rain_13)"'));
  expect(await judge({ force: true }).judge(other)).toEqual(good);
});

it('it has the hard limit of its operation', async () => {
  const old = record({ computedAt: now - 200 }, { operation: 'rain(rain_07)', fingerprint: 'of rain_07' });
  const reason = 'older than results of operation rain(rain_07) are served (its hardLimit)';
  expect(await judge().judge(old)).toEqual(refused(reason));
});

it('lines of the same other version are refused without looking again, and do not keep good ones out', async () => {
  const { judge: judged, looks } = judge();
  const old = record({}, { fingerprint: 'old', rasters: { soil: '2011' } });
  const reason = 'raster soil has version "2011" in the file, "2016" in the catalog';
  expect([await judged(old), await judged(old), await judged(record())]).toEqual([
    refused(reason),
    refused(reason),
    good,
  ]);
  expect(looks()).toBe(1);
});

it.each([
  [{ area: 'huc/404' }, 'area table huc has no such area'],
  [{ area: 'drawn/01' }, 'the catalog has no area table "drawn"'],
  [{ operation: 'nlcd' }, 'the catalog has no operation "nlcd"'],
])('%j, which the catalog does not have, is refused unless forced', async (about, reason) => {
  expect(await judge().judge(record({}, about))).toEqual(refused(reason));
  expect(await judge({ force: true }).judge(record({}, about))).toEqual(good);
});

it('another schema version is refused, also when forced', async () => {
  const line = record({ schemaVersion: resultSchemaVersion + 1 });
  const reason = `schema version ${resultSchemaVersion + 1}, expected ${resultSchemaVersion}`;
  expect(await judge().judge(line)).toEqual(refused(reason));
  expect(await judge({ force: true }).judge(line)).toEqual(refused(reason));
});

it('a result at the hard limit of its operation is refused, one a millisecond younger is good', async () => {
  const reason = 'older than results of operation soil are served (its hardLimit)';
  expect(await judge({ hardLimitMilliseconds: 100 }).judge(record())).toEqual(refused(reason));
  expect(await judge({ hardLimitMilliseconds: 100, force: true }).judge(record())).toEqual(refused(reason));
  expect(await judge({ hardLimitMilliseconds: 101 }).judge(record())).toEqual(good);
});
