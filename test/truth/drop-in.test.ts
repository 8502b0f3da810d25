import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapshed, mapshedAnswer, writeMapshedRasters } from '../mapshed.ts';
import { type Service, startService, writeCatalog } from '../service.ts';
import { publishedTotals, schuylkillShapes, truthFile } from './files.ts';

const totals = publishedTotals();
const shapes = schuylkillShapes().filter(({ id }) => totals.some((total) => total.id === id));
const streams = readFileSync(truthFile('data/drb/Schuylkill_HUC08_streams.geojson'), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'catchment-truth-'));
let service: Service;

beforeAll(async () => {
  const catalog = join(folder, 'catalog.yaml');
  const operations = ['groupedcount: { type: groupedCount, rasters: [nlcd] }'];
  writeCatalog(catalog, { rasters: writeMapshedRasters(folder), operations });
  service = await startService(catalog);
});

afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});

it('one request of Model My Watershed for eight subwatersheds and their streams has the published totals', async () => {
  const response = await fetch(`${service.url}/multi`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ shapes, streamLines: [streams], operations: mapshed }),
  });
  expect(await response.json()).toEqual(Object.fromEntries(totals.map((total) => [total.id, mapshedAnswer(total)])));
});
