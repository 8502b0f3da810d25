import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servePage } from './open-page.ts';
import './sheet/answers.ts';
import './sheet/faults.ts';
import './sheet/files.ts';
import { kit } from './sheet/kit.ts';

const folder = mkdtempSync(join(tmpdir(), 'sheet-'));
const root = join(import.meta.dirname, '../..');

/** The sample with a raster that says where it is from. */
const cited = readFileSync(join(root, 'sample/catalog.yaml'), 'utf8')
  .replace('url: landcover.tif\n', 'url: landcover.tif\n    version: "7"\n    citation: A. Maker, 2021\n')
  .replaceAll(/(url|source): (?=\w)/g, `$1: ${join(root, '.catchment/sample')}/`);

beforeAll(async () => {
  const catalog = join(folder, 'catalog.yaml');
  writeFileSync(catalog, cited);
  kit.served = await servePage({ CATCHMENT_CATALOG: catalog });
});

afterAll(async () => {
  await kit.served?.stop();
  rmSync(folder, { recursive: true });
});
