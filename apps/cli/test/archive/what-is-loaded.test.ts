import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boxRing } from '../../../../test/box-ring.ts';
import { writeConstantRaster } from '../../../../test/constant-raster.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-loaded-'));
const tellModules = join(import.meta.dirname, '../../../../test/tell-modules.mjs');
const launcher = join(import.meta.dirname, '../../bin/catchment.mjs');

afterAll(() => rmSync(folder, { recursive: true }));

const area = {
  type: 'Feature',
  properties: { id: 'a' },
  geometry: { type: 'Polygon', coordinates: [boxRing(0, 0, 60, 60)] },
};

/** The packages that only a service, a terminal, threads or other kinds of files need. */
const unneeded = /^(bullmq|ioredis|pg|@aws-.*|piscina|cli-.*|wrap-ansi|string-width|hyparquet.*|flatgeobuf|fastify)$/;

it.each([
  ['table', ['areas', 'covered', '--out', join(folder, 'out.csv')]],
  ['precompute', ['areas', '--out', join(folder, 'out.jsonl')]],
])('%s loads no queue, and no threads for few areas', (command, args) => {
  const catalog = join(folder, 'catalog.yaml');
  writeConstantRaster(join(folder, 'a.tif'), { across: 1, down: 1, originX: 0, originY: 600, value: 1 });
  const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::5070' } };
  writeFileSync(join(folder, 'areas.geojson'), JSON.stringify({ type: 'FeatureCollection', crs, features: [area] }));
  writeFileSync(
    catalog,
    `rasters: { a: { url: a.tif } }
operations: { covered: { type: groupedCount, rasters: [a] } }
areas: { areas: { source: areas.geojson, id: id } }
`,
  );
  const env = { ...process.env, NODE_OPTIONS: `--import ${tellModules}`, ENV_FILE: '' };
  const line = [launcher, command, ...args, '--catalog', catalog];
  const { status, stderr } = spawnSync(process.execPath, line, { encoding: 'utf8', env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) });
  const loaded: string[] = JSON.parse(stderr.trim().split('\n').at(-1) as string);
  expect(loaded).toContain('commander');
  expect(loaded.filter((name) => unneeded.test(name))).toEqual([]);
});
