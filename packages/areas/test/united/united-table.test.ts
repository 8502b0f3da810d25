import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AreaTable, openGeoJsonTable, unitedTable } from '../../src/index.ts';
import { collect } from '../area-table-suite.ts';
import { basin, basins } from '../fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-united-'));
afterAll(() => rmSync(folder, { recursive: true }));

const units = new Map([
  ['false', ['020401', 'nowhere']],
  ['odd', ['9', 'open']],
  ['true', ['0204', '020402', 'Ä-1']],
]);
const open = async () =>
  unitedTable(await openGeoJsonTable({ name: 'basins', path: basins.geojson, id: 'code' }), units);
const polygonsOf = (ids: readonly string[]) => ids.flatMap((id) => basin(id).polygons);

let table: AreaTable;
beforeAll(async () => {
  table = await open();
});

it('an area has the polygons of its units, also in a list', async () => {
  const area = await table.get('true');
  expect(area).toMatchObject({ id: 'true', polygons: polygonsOf(['0204', '020402', 'Ä-1']), warnings: [] });
  const { matched, items } = await table.list({ limit: 10, offset: 1 });
  expect([matched, items.map(({ id }) => id)]).toEqual([3, ['odd', 'true']]);
  expect(items[1]?.polygons).toEqual(area?.polygons);
  expect(items[1]?.bbox).toEqual([-76.1, 39.1, -74.3, 40.6]);
  expect(await table.some(['true', '0204'])).toEqual([items[1]]);
});

it('what is said about a unit is said about the area, with its name', async () => {
  const area = await table.get('odd');
  expect(area?.warnings).toEqual([
    expect.stringMatching(/^area 9: ring 0 crosses itself near /),
    'area open: ring 1 is not closed: the last position is joined to the first',
  ]);
});

it('many units with remarks are named up to ten', async () => {
  const path = join(folder, 'open.geojson');
  const open = (i: number) => [
    [i, 0],
    [i + 1, 0],
    [i, 1],
  ];
  const features = Array.from({ length: 12 }, (_, i) => ({
    ...{ type: 'Feature', properties: { id: i + 10 } },
    geometry: { type: 'Polygon', coordinates: [open(i)] },
  }));
  writeFileSync(path, JSON.stringify({ type: 'FeatureCollection', features }));
  const ids = features.map(({ properties }) => String(properties.id));
  const all = unitedTable(await openGeoJsonTable({ name: 'open', path, id: 'id' }), new Map([['all', ids]]));
  const { warnings = [] } = (await all.get('all')) ?? {};
  expect([warnings.length, warnings[9], warnings[10]]).toEqual([
    11,
    expect.stringMatching(/^area 19: ring 0 is not closed/),
    '2 more areas of it have warnings',
  ]);
});

it('an area with a unit that cannot be used cannot be used, and names it', async () => {
  await expect(table.get('false')).rejects.toThrow(/^area table basins: area nowhere: /);
  const [listed] = await table.some(['false']);
  expect(listed).toMatchObject({ polygons: [], problem: expect.stringMatching(/^area nowhere: /) });
});

it('its areas are those of the units alone', async () => {
  expect([await table.has('true'), await table.has('0204'), await table.get('0204')]).toEqual([true, false, undefined]);
  expect(await collect(table.ids())).toEqual(['false', 'odd', 'true']);
  await expect(table.withBox([0, 0, 1, 1])).rejects.toThrow('united areas are not found by boxes');
});

it('a page of lists ends before the area that exceeds its vertices', async () => {
  const sizes = await Promise.all(
    ['odd', 'true'].map(async (id) => (await table.some([id]))[0]?.polygons.flat(2).length),
  );
  const idsWithin = async (vertices: number) => (await table.some(['odd', 'true'], vertices)).map(({ id }) => id);
  const both = (sizes[0] as number) + (sizes[1] as number);
  expect([await idsWithin(1), await idsWithin(both - 1), await idsWithin(both)]).toEqual([
    ['odd'],
    ['odd'],
    ['odd', 'true'],
  ]);
});

it('has another version where an area has other units', async () => {
  const base = await openGeoJsonTable({ name: 'basins', path: basins.geojson, id: 'code' });
  expect((await open()).version).toBe(table.version);
  expect(await table.currentVersion()).toBe(table.version);
  const others = [new Map([...units].slice(1)), new Map([...units, ['odd', ['9']]])];
  const versions = [base, table, ...others.map((one) => unitedTable(base, one))].map(({ version }) => version);
  expect(new Set(versions).size).toBe(4);
});
