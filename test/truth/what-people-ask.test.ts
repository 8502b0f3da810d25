import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCatchment } from '../processes.ts';
import { writeCatalog } from '../service.ts';
import { truthFile, truthJson } from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-asks-'));
const catalog = join(folder, 'catalog.yaml');
const data = (name: string) => truthFile(`data/newhope/${name}`);
/** Third Fork Creek. */
const thirdFork = '030300020602';

type Row = Readonly<Record<string, string>>;

beforeAll(() => {
  writeCatalog(catalog, {
    rasters: [
      `nlcd: { url: ${data('ready_nlcd_30m.tif')}, legend: { 21: Developed open space, 41: Deciduous forest } }`,
      `accumulation: { url: ${data('ready_fac_30m.tif')} }`,
      `elevation: { url: ${data('thirdfork_NED.tif')}, crs: EPSG:4269 }`,
    ],
    operations: [
      'landcover: { type: groupedCount, rasters: [nlcd] }',
      'heights: { type: groupedCount, rasters: [elevation] }',
      'mean: { type: groupedAverage, rasters: [], target: accumulation }',
    ],
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The rows of a table on the subwatersheds' file. */
async function table(...args: string[]): Promise<Row[]> {
  const out = join(folder, 'table.csv');
  const from = ['table', data('ready_huc12.geojson'), ...args, '--id-from', 'huc12', '--name-from', 'name'];
  const { code, err } = await runCatchment([...from, '--catalog', catalog, '--out', out, '--overwrite']);
  if (code !== 0) throw new Error(err);
  const [head = '', ...lines] = readFileSync(out, 'utf8').trimEnd().split('\r\n');
  const columns = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((field, i) => [columns[i] ?? '', field])));
}

const sum = (rows: readonly Row[], column: string) => rows.reduce((all, row) => all + Number(row[column]), 0);

// The counts are those that GDAL finds (see operations.test.ts).
it('all areas of a file are in one table, each class with its amount, its share and its name', async () => {
  const rows = await table('landcover');
  const { features } = truthJson<{ features: readonly unknown[] }>('data/newhope/ready_huc12.geojson');
  expect(new Set(rows.map(({ id }) => id)).size).toBe(features.length);
  const developed = rows.find(({ id, nlcd }) => id === thirdFork && nlcd === '21');
  expect(developed).toMatchObject({ nlcd_label: 'Developed open space', cells: '22922', area_m2: String(22922 * 900) });
  expect(Number(developed?.['percent'])).toBeCloseTo((100 * 22922) / 47782, 9);
});

it('areas in longitude and latitude are those that the watershed has', async () => {
  const rows = await table('heights', '--cell-areas', '--coverage', 'fraction', '--id', thirdFork);
  const collection = truthJson<{
    features: readonly { properties: { huc12: string; acres: number } }[];
  }>('data/newhope/ready_huc12.geojson');
  const acres = collection.features.find(({ properties }) => properties.huc12 === thirdFork)?.properties.acres ?? 0;
  expect([sum(rows, 'percent'), sum(rows, 'area_m2') / (acres * 4046.8564224)]).toEqual([
    expect.closeTo(100, 9),
    expect.closeTo(Number(rows[0]?.['covered']), 2),
  ]);
});

it('many rasters are answered in one table', async () => {
  const rows = await table('landcover', 'mean', '--id', thirdFork);
  const mean = rows.filter(({ operation }) => operation === 'mean');
  expect([mean.length, Number(mean[0]?.['average'])]).toEqual([1, expect.closeTo(266.62205433008245, 9)]);
});
