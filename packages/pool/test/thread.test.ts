import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeConstantRaster } from '../../../test/constant-raster.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-thread-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** The packages that count cells, with those that they need. Each more costs memory per thread. */
const needed = [
  ...['areas', 'budget', 'cache', 'catalog', 'contracts', 'crs', 'expected', 'operations', 'pool', 'raster'],
  // `redis` only reads URLs here.
  ...['recent', 'redis', 's3', 'telling', 'xml'],
  ...['flatbush', 'flatqueue', 'geotiff', 'proj4', 'robust-predicates', 'typebox'],
  // The packages above import these.
  ...['@petamoriken/float16', '@turf/bbox', '@turf/helpers', '@turf/meta', 'quick-lru', 'web-worker', 'xml-utils'],
  ...['@nodable/entities', 'anynum', 'fast-xml-builder', 'fast-xml-parser', 'is-unsafe', 'path-expression-matcher'],
  ...['strnum', 'xml-naming'],
];

it('a thread loads what counts, and no client of Redis, PostgreSQL or S3, no queue, no YAML', () => {
  const catalogPath = join(folder, 'catalog.yaml');
  writeConstantRaster(join(folder, 'a.tif'), { across: 1, down: 1, originX: 0, originY: 0, value: 1 });
  writeFileSync(
    catalogPath,
    'rasters: { a: { url: a.tif } }\noperations: { a: { type: groupedCount, rasters: [a] } }\n',
  );
  const hold = join(import.meta.dirname, 'hold-modules.ts');
  const env = { ...process.env, NODE_OPTIONS: '' };
  const out = execFileSync(process.execPath, [hold, catalogPath], { encoding: 'utf8', env });
  const loaded: string[] = JSON.parse(out).map((name: string) => name.replace(/^packages\//, ''));
  expect(loaded.filter((name) => !needed.includes(name))).toEqual([]);
  expect(loaded).toEqual(expect.arrayContaining(['operations', 'raster', 'geotiff', 'typebox']));
});
