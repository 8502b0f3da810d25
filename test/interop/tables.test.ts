import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeConstantRaster } from '../constant-raster.ts';
import { runCatchment } from '../processes.ts';
import { type Service, startService } from '../service.ts';
import { type Reader, readBy } from './readers.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-interop-'));
const file = (name: string) => join(folder, name);
const raster = { across: 2, down: 2, originX: -30_015, originY: 1_500_015, value: 1 };
const names = ['North, "upper"', 'Süd', 'plain'];

beforeAll(async () => {
  writeConstantRaster(file('a.tif'), raster);
  writeConstantRaster(file('b.tif'), { ...raster, across: 1, value: 2 });
  const features = names.map((name, i) => {
    const [x, y] = [-96.25 + i * 0.08, 36.3];
    const ring = [
      [x, y],
      [x + 0.07, y],
      [x + 0.03, y + 0.05],
      [x, y],
    ];
    return { type: 'Feature', properties: { id: `0${i}`, name }, geometry: { type: 'Polygon', coordinates: [ring] } };
  });
  writeFileSync(file('areas.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  writeFileSync(
    file('catalog.yaml'),
    `rasters: { a: { url: a.tif, legend: { 1: "Wald, tief" } }, b: { url: b.tif, units: m } }
operations:
  ab: { type: groupedCount, rasters: [a, b] }
  mean: { type: statistics, rasters: [b], quantiles: [0.5] }
areas: { areas: { source: areas.geojson, id: id, name: name } }
`,
  );
  for (const ending of ['csv', 'parquet', 'geojson', 'gpkg']) {
    const args = ['table', 'areas', 'ab', 'mean', '--coverage', 'fraction', '--catalog', file('catalog.yaml')];
    await runCatchment([...args, '--threads', '1', '--out', file(`t.${ending}`)], {});
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The rows of the GeoJSON, which is JSON: what all readers have to find. */
function expectedRows(path = file('t.geojson')): Readonly<Record<string, unknown>>[] {
  const { features } = JSON.parse(readFileSync(path, 'utf8'));
  return features.map(({ properties }: { properties: object }) => properties);
}

/** Expects a reader to have the rows of some GeoJSON. */
function expectRead(reader: Reader, path: string, expected = expectedRows()): void {
  const rows = readBy(reader, path).map(({ geometry, ...row }) => row);
  // GDAL has all fields of a CSV as text, where nothing says otherwise.
  const isText = reader === 'gdal' && path.endsWith('.csv');
  const shown = (value: unknown) => (isText ? (value === null ? '' : String(value)) : value);
  const plain = (row: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, shown(value)]));
  expect(rows.map(plain)).toEqual(expected.map(plain));
}

it('the rows of the JSON are those of the results', async () => {
  const rows = expectedRows();
  expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  for (const [i, id] of ['00', '01', '02'].entries()) {
    const { out } = await runCatchment(
      ['count', `areas/${id}`, 'ab', '--coverage', 'fraction', '--json', '--catalog', file('catalog.yaml')],
      {},
    );
    const { groups } = JSON.parse(out);
    const own = rows.filter((row) => row.id === id && row.operation === 'ab');
    expect(own.map(({ a, b, cells, name }) => ({ values: [a, b], cells, name }))).toEqual(
      groups.map((group: object) => ({ ...group, name: names[i] })),
    );
  }
});

it.each<[Reader, string]>([
  ['pyarrow', 'parquet'],
  ['duckdb', 'parquet'],
  ['pandas', 'parquet'],
  ['duckdb', 'csv'],
  ['pandas', 'csv'],
  ['gdal', 'csv'],
  ['gdal', 'geojson'],
  ['gdal', 'gpkg'],
])('%s reads the same from %s', (reader, ending) => expectRead(reader, file(`t.${ending}`)));

it('GDAL has the polygons of the areas in a GeoPackage as in GeoJSON, a row each', () => {
  const [a, b] = ['gpkg', 'geojson'].map((ending) => readBy('gdal', file(`t.${ending}`)));
  expect(a!.length).toBe(b!.length);
  expect(a!.every(({ geometry }) => typeof geometry === 'string')).toBe(true);
});

describe('the answers of a service', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService(file('catalog.yaml'));
    for (const operation of ['ab', 'mean'])
      for (const f of ['json', 'csv', 'parquet', 'geojson']) {
        const url = `${service.url}/api/areas/areas/01/${operation}?coverage=fraction&f=${f}`;
        const response = await fetch(url, { headers: { prefer: 'wait=3600' } });
        expect([response.status, response.headers.has('etag')]).toEqual([200, true]);
        writeFileSync(file(`${operation}.${f}`), Buffer.from(await response.arrayBuffer()));
      }
  });
  afterAll(() => service.stop());

  it('have in their rows what the JSON has', () => {
    const json = (operation: string) => JSON.parse(readFileSync(file(`${operation}.json`), 'utf8'));
    const rows = expectedRows(file('ab.geojson'));
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.map(({ a, b, cells }) => ({ values: [a, b], cells }))).toEqual(json('ab').groups);
    expect(rows.map(({ id, name, a, a_label: label }) => [id, name, label, a])).toEqual(
      rows.map(({ a }) => ['01', 'Süd', a === 1 ? 'Wald, tief' : 'no data', a]),
    );
    const [figures] = expectedRows(file('mean.geojson'));
    const { mean, count, quantiles } = json('mean');
    expect(figures).toMatchObject({ mean, count, quantile_0_5: quantiles[0].value, units: 'm' });
  });

  it.each<[Reader, string]>([
    ['pyarrow', 'parquet'],
    ['duckdb', 'parquet'],
    ['duckdb', 'csv'],
    ['pandas', 'csv'],
    ['gdal', 'csv'],
    ['gdal', 'geojson'],
  ])('%s reads the same from %s', (reader, ending) => {
    for (const operation of ['ab', 'mean'])
      expectRead(reader, file(`${operation}.${ending}`), expectedRows(file(`${operation}.geojson`)));
  });

  it('GDAL has the polygon of the area in each row', () => {
    const [a, t] = ['ab.geojson', 't.geojson'].map((name) => readBy('gdal', file(name)));
    const own = t!.find(({ id }) => id === '01')?.['geometry'];
    expect(a!.map(({ geometry }) => geometry)).toEqual(a!.map(() => own));
  });
});
