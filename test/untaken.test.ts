import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { writeConstantRaster } from './constant-raster.ts';
import { gatewayReady, type Running, spawnCatchment, startCatchment, workerReady } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-untaken-'));
const file = (name: string) => join(folder, name);
let redis: PrivateRedis;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  writeConstantRaster(file('a.tif'), { across: 2, down: 2, originX: -15_015, originY: 1_500_015, value: 1 });
  const ring = [
    [-96, 36.4],
    [-95.9, 36.4],
    [-95.9, 36.45],
    [-96, 36.4],
  ];
  const feature = { type: 'Feature', properties: { huc: '01' }, geometry: { type: 'Polygon', coordinates: [ring] } };
  writeFileSync(file('huc.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  writeFileSync(
    file('catalog.yaml'),
    `rasters: { a: { url: a.tif } }
operations: { a: { type: groupedCount, rasters: [a] } }
areas: { huc: { source: huc.geojson, id: huc } }
`,
  );
  redis = await startRedis();
  const CATCHMENT_CATALOG = file('catalog.yaml');
  const CACHE_URL = 'file:./results';
  env = { QUEUE_REDIS_URL: redis.url, CACHE_URL, CATCHMENT_CATALOG, TALLY_URL: 'file:./tallies', COUNT_THREADS: '1' };
});

afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true });
});

it('request, warm and tally build say that nobody takes what they wait for, and end well when somebody does', async () => {
  const running: Running[] = [];
  const gateway = await startCatchment(['gateway', '--port', '0'], env, gatewayReady);
  running.push(gateway);
  const commands = [
    ['request', 'huc/01', 'a', '--url', gateway.said],
    ['warm', 'huc'],
    ['tally', 'build', 'a'],
  ];
  const begun = commands.map((args) => spawnCatchment(args, env));
  const roles = ['start', 'count', 'count'];
  const sentence = (role: string) =>
    `catchment: no worker takes ${role} jobs; start one with \`catchment worker --roles ${role}\`\n`;
  await Promise.all(begun.map(({ untilItSays }) => untilItSays(/no worker takes \w+ jobs; start one/)));
  running.push(await startCatchment(['worker'], env, workerReady));
  const ended = await Promise.all(begun.map((one) => one.ended));
  const said = ended.map(({ code, err }) => [code, err.replace(/^catchment: no worker takes these jobs yet.*\n/, '')]);
  expect(said).toEqual(roles.map((role) => [0, sentence(role)]));
  await Promise.all(running.map((one) => one.stop()));
});
