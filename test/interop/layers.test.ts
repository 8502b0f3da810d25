import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boxRing } from '../box-ring.ts';
import { writeConstantRaster } from '../constant-raster.ts';
import { ask, type Service, startService } from '../service.ts';
import { readBy } from './readers.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-layers-'));
const file = (name: string) => join(folder, name);
let service: Service;

/** More areas than GDAL looks at for the fields of a layer; the last ones have answers. */
const count = 45;
const answered = [41, 43];

interface Document {
  readonly cells: number;
  readonly cellArea: number;
  readonly groups: readonly { readonly values: readonly (number | null)[]; readonly cells: number }[];
}
const documents = new Map<number, Document>();

beforeAll(async () => {
  writeConstantRaster(file('a.tif'), { across: 3, down: 2, originX: -30_015, originY: 1_500_015, value: 1 });
  writeConstantRaster(file('b.tif'), { across: 3, down: 2, originX: -30_015, originY: 1_500_015, value: 2 });
  const features = Array.from({ length: count }, (_, i) => {
    const west = -96.2 + i / 200;
    const geometry = { type: 'Polygon', coordinates: [boxRing(west, 36.3, west + 0.008, 36.35)] };
    return { type: 'Feature', properties: { huc: String(i).padStart(2, '0'), cells: i }, geometry };
  });
  writeFileSync(file('huc.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  writeFileSync(
    file('catalog.yaml'),
    `rasters: { a: { url: a.tif, legend: { 1: Wood, 3: Water } }, b: { url: b.tif, units: m } }
operations:
  cover: { type: groupedCount, rasters: [a] }
  ab: { type: groupedCount, rasters: [a, b] }
  height: { type: statistics, rasters: [b], quantiles: [0.1] }
areas: { huc: { source: huc.geojson, id: huc } }
`,
  );
  service = await startService(file('catalog.yaml'));
  for (const i of answered) {
    const inputs = { coverage: 'fraction' };
    documents.set(i, (await ask<Document>(service, { operation: 'cover', area: `huc/${i}`, inputs })).document);
    for (const operation of ['ab', 'height'])
      await ask(service, {
        operation,
        area: `huc/${i}`,
        inputs: operation === 'height' ? { quantiles: [0.25, 0.5] } : {},
      });
  }
}, 120_000);
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});

const query = 'operation=cover&coverage=fraction';

it.each([
  ['the URL of a collection', () => `OAPIF:${service.url}/api/collections/huc?${query}`],
  ['the URL of a collection, by its links alone', () => `OAPIF_COLLECTION:${service.url}/api/collections/huc?${query}`],
  ['the URL of the API', () => `OAPIF:${service.url}/api?${query}`],
])('GDAL reads the layer from %s, with the numbers of the JSON', (_, url) => {
  const rows = readBy('gdal', url());
  expect(rows.map(({ huc }) => huc)).toEqual(Array.from({ length: count }, (_, i) => String(i).padStart(2, '0')));
  expect(rows.every(({ geometry }) => typeof geometry === 'string')).toBe(true);
  for (const [i, row] of rows.entries()) {
    expect(row.cells_property).toBe(i);
    const document = documents.get(i);
    const wood = document?.groups.find(({ values }) => values[0] === 1)?.cells ?? null;
    expect([row.cells, row.a_1_cells, row.a_3_cells]).toEqual([document?.cells ?? null, wood, document ? 0 : null]);
    if (!document) continue;
    // A field is a number although the first page has none: its type is that of the schema.
    expect(row.a_1_area_m2).toBe((wood as number) * document.cellArea);
    expect(row.coverage).toBe('fraction');
  }
});

it.each([
  ['operation=ab', 'groups', 'string'],
  ['operation=height&quantiles=0.25,0.5', 'quantile_0_25', 'number'],
  ['operation=height&quantiles=0.25%2C0.5', 'mean', 'number'],
])('and other operations: %s', (other, property, type) => {
  const rows = readBy('gdal', `OAPIF:${service.url}/api/collections/huc?${other}`);
  expect(rows.length).toBe(count);
  for (const i of answered) expect(typeof rows[i]?.[property]).toBe(type);
  expect(rows[0]?.[property]).toBeNull();
});
