import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { Value } from 'typebox/value';
import { DoctorDocument } from '../apps/cli/src/doctor/finding.ts';
import { type PostgisFixture, postgisFixture } from '../packages/areas/test/postgis-fixture.ts';
import { type S3Server, startS3 } from '../packages/cache/test/s3-server.ts';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { runCatchment } from './processes.ts';
import { openSmallDisk } from './small-disk.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-doctor-'));
const at = (name: string) => join(folder, name);
let redis: PrivateRedis;
let db: PostgisFixture;
let s3: S3Server;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const grid = { across: 2, down: 2, originX: 1_330_000, originY: 2_020_000, value: 1 };
  writeConstantRaster(at('good.tif'), grid);
  writeConstantRaster(at('shifted.tif'), { ...grid, originX: grid.originX + 7 });
  writeConstantRaster(at('utm.tif'), { ...grid, epsg: 26718 });
  writeConstantRaster(at('strips.tif'), { ...grid, across: 10, rowsPerStrip: 16 });
  writeConstantRaster(at('blocks.tif'), { ...grid, across: 1, down: 1, tileSide: 2560 });
  writeFileSync(at('broken.tif'), 'no raster');
  const feature = (id: string, ring: number[][]) => ({
    ...{ type: 'Feature', properties: { id }, geometry: { type: 'Polygon', coordinates: [ring] } },
  });
  const square = boxRing(-80, 40, -79.99, 40.01);
  const bow = [
    [-80, 40],
    [-79.99, 40.01],
    [-79.99, 40],
    [-80, 40.01],
    [-80, 40],
  ];
  const write = (name: string, ...features: object[]) =>
    writeFileSync(at(name), JSON.stringify({ type: 'FeatureCollection', features }));
  write('squares.geojson', feature('a', square));
  write('twice.geojson', feature('a', square), feature('a', square));
  write('bows.geojson', feature('a', square), feature('b', bow), { ...feature('c', bow), geometry: null });
  redis = await startRedis();
  db = await postgisFixture();
  await db.sql(`CREATE TABLE unindexed AS
    SELECT 'a'::text AS id, ST_MakeEnvelope(-80, 40, -79, 41, 4326)::geometry(Polygon, 4326) AS geom`);
  s3 = await startS3('results');
  env = {
    ...{ QUEUE_REDIS_URL: redis.url, ADMIN_PASSWORD: 'a-password-to-try', ADMIN_TOKEN: 'a-token-of-the-operator' },
    ...{ COUNT_THREADS: '1', TILE_CACHE_BYTES: '1000000', CATCHMENT_CATALOG: catalogOf('good') },
    CACHE_URL: `file:${at('results')}`,
  };
});
afterAll(async () => {
  await Promise.all([redis.stop(), db.end(), s3.stop()]);
  rmSync(folder, { recursive: true });
});

/** Writes a catalog of some rasters, all counted together, and tables by name. */
function catalogOf(rasters: string, tables: Readonly<Record<string, string>> = { squares: 'squares.geojson' }): string {
  const names = rasters.split(' ');
  const path = at(`${names.join('-')}-${Object.keys(tables).join('-')}.yaml`);
  const entries = Object.entries(tables).map(
    ([name, source]) => `  ${name}: { source: "${source}", id: id${source.includes('//') ? ', table: none' : ''} }\n`,
  );
  writeFileSync(
    path,
    `rasters:\n${names.map((name) => `  ${name}: { url: ${name}.tif }\n`).join('')}operations:
  count: { type: groupedCount, rasters: [${names.join(', ')}] }\nareas:\n${entries.join('')}`,
  );
  return path;
}

type Ended = DoctorDocument & { readonly code: number | null };

async function doctor(more: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const { code, out, err } = await runCatchment(['doctor', '--json'], { ...env, ...more });
  if (out === '') throw new Error(err);
  const document = JSON.parse(out) as DoctorDocument;
  expect([...Value.Errors(DoctorDocument, document)]).toEqual([]);
  return { ...document, code };
}

/** The findings that are not well: what was looked at and found, and the command that helps. */
const bad = ({ findings }: DoctorDocument, check: string) =>
  findings
    .filter((one) => one.check === check && one.state !== 'well')
    .map(({ subject, state, found, command }) => [subject, state, found, ...(command === null ? [] : [command])]);

it('finds a good service well, but for what may be meant so', async () => {
  const found = await doctor();
  expect(found).toMatchObject({ code: 0, wrong: 0 });
  const checks = ['settings', 'machine', 'redis', 'stores', 'rasters', 'tables'];
  expect([...new Set(found.findings.map(({ check }) => check))]).toEqual(checks);
  expect(['settings', 'machine', 'stores', 'rasters', 'tables'].flatMap((check) => bad(found, check))).toEqual([]);
  // A Redis of tests keeps nothing and has no limit.
  expect(bad(found, 'redis')).toEqual([
    [
      `QUEUE_REDIS_URL ${redis.url}`,
      'doubtful',
      expect.stringMatching(/^it keeps nothing/),
      expect.stringMatching(/appendonly yes$/),
    ],
    [`QUEUE_REDIS_URL ${redis.url}`, 'doubtful', expect.stringMatching(/^it has no maxmemory/)],
  ]);
});

it('settings that are wrong, and what they leave open', async () => {
  const found = await doctor({
    ...{ PORT: 'eighty', HOST: '0.0.0.0', METRICS_HOST: '0.0.0.0', METRICS_PORT: '9464', ADMIN_PASSWORD: undefined },
    ...{
      COUNT_THREADS: '1024',
      TILE_CACHE_BYTES: '1000000000000000',
      CACHE_URL: 'redis://192.0.2.1:6379,file:./results',
    },
  });
  expect(found.code).toBe(3);
  expect(bad(found, 'settings')).toEqual([
    ['PORT', 'wrong', expect.stringMatching(/^PORT .*eighty/)],
    ['HOST', 'doubtful', expect.stringMatching(/listens on 0.0.0.0, beyond this machine, and asks nobody/)],
    ['METRICS_TOKEN', 'doubtful', expect.stringMatching(/workers listen on 0.0.0.0 for metrics/)],
    ['ADMIN_PASSWORD', 'doubtful', expect.stringMatching(/not set/)],
    ['CACHE_URL', 'doubtful', expect.stringMatching(/192.0.2.1:6379 is asked without a password/)],
  ]);
  expect(bad(found, 'machine')).toEqual([
    ['COUNT_THREADS', 'doubtful', expect.stringMatching(/^1,024 threads of a worker on \d+ processor/)],
    ['memory', 'wrong', expect.stringMatching(/^a worker may need 1 PB, of/)],
  ]);
  expect(bad(found, 'redis').filter(([subject]) => String(subject).includes('192.0.2.1'))).toEqual([
    ['CACHE_URL redis://192.0.2.1:6379', 'wrong', expect.stringMatching(/does not answer/)],
  ]);
});

it('a Redis of the queues that evicts, is nearly full, or has another time', async () => {
  const client = new Redis(redis.url);
  await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await client.config('SET', 'maxmemory', '1100000');
  await client.config('SET', 'save', '3600 1');
  const clock = { NODE_OPTIONS: `--import ${join(import.meta.dirname, 'clock.mjs')}`, CLOCK_FILE: at('clock') };
  writeFileSync(at('clock'), '120000');
  const found = await doctor(clock);
  await client.config('SET', 'maxmemory', '0');
  client.disconnect();
  expect(bad(found, 'redis').map(([, ...rest]) => rest)).toEqual([
    [
      'wrong',
      expect.stringMatching(/allkeys-lru: an evicted key/),
      `redis-cli -h ${new URL(redis.url).hostname} -p ${new URL(redis.url).port} CONFIG SET maxmemory-policy noeviction`,
    ],
    ['doubtful', expect.stringMatching(/^it keeps snapshots/), expect.stringMatching(/appendonly yes$/)],
    ['wrong', expect.stringMatching(/^it uses .* of 1.1 MB$/)],
    ['wrong', expect.stringMatching(/^the clock of this machine is 120 s ahead of that of the queue Redis/)],
  ]);
});

it('a Redis that cannot write its data to its disk', async () => {
  const dataDir = at('lost');
  const lost = await startRedis({ dataDir });
  const client = new Redis(lost.url);
  try {
    rmSync(dataDir, { recursive: true });
    await client.bgsave();
    await until(async () => (await client.info('persistence')).includes('rdb_last_bgsave_status:err'));
    const found = await doctor({ QUEUE_REDIS_URL: lost.url });
    expect(bad(found, 'redis').filter(([, state]) => state === 'wrong')).toEqual([
      [`QUEUE_REDIS_URL ${lost.url}`, 'wrong', 'its last snapshot (RDB) failed'],
    ]);
  } finally {
    client.disconnect();
    await lost.stop();
  }
});

it('a disk that is nearly full', async () => {
  const disk = openSmallDisk();
  try {
    writeFileSync(join(disk.folder, 'old'), Buffer.alloc(950 * 1024));
    const { bavail, blocks } = statfsSync(disk.folder);
    const found = await doctor({ CACHE_URL: `file:${join(disk.folder, 'results')}` });
    // Without the right to mount a small disk, the folder is on a large one.
    expect(bad(found, 'stores')).toEqual(
      bavail >= 0.1 * blocks
        ? []
        : [
            [
              ...[
                expect.stringMatching(/^CACHE_URL file:/),
                'doubtful',
                expect.stringMatching(/^its disk has .* free/),
              ],
              'catchment invalidate --superseded',
            ],
          ],
    );
  } finally {
    disk.close();
  }
});

it('stores that cannot be written, and credentials that do not work', async () => {
  writeFileSync(at('a-file'), '');
  const bucket = `s3://results/kept?endpoint=${s3.endpoint}&pathStyle=true&region=us-east-1`;
  const good = await doctor({ CACHE_URL: bucket });
  expect(bad(good, 'stores')).toEqual([]);
  const found = await doctor({
    CACHE_URL: bucket,
    AWS_ACCESS_KEY_ID: 'nobody',
    TALLY_URL: `file:${at('a-file/x')}`,
  });
  expect(bad(found, 'stores')).toEqual([
    [expect.stringMatching(/^CACHE_URL s3:/), 'wrong', expect.stringMatching(/could not be written and read/)],
    [expect.stringMatching(/^TALLY_URL file:/), 'wrong', expect.stringMatching(/could not be written and read/)],
  ]);
});

it('rasters that cannot be used, do not align, or are slow to read, with commands that mend them', async () => {
  const found = await doctor({ CATCHMENT_CATALOG: catalogOf('good shifted utm strips blocks broken') });
  const rasters = bad(found, 'rasters');
  const gdalwarp = /^gdalwarp -t_srs EPSG:5070 -tr 30 30 -te .* -of COG .*shifted.tif shifted-aligned.tif$/;
  expect(rasters).toEqual([
    [
      'strips',
      'doubtful',
      expect.stringMatching(/in strips: each area/),
      expect.stringMatching(/^gdal_translate -of COG .*strips-cog.tif$/),
    ],
    ['strips', 'doubtful', expect.stringMatching(/without overviews/), expect.stringMatching(/^gdal_translate/)],
    [
      'blocks',
      'doubtful',
      expect.stringMatching(/blocks have 2560 × 2560 cells/),
      expect.stringMatching(/^gdal_translate/),
    ],
    ['broken', 'wrong', expect.stringMatching(/^it cannot be used: /), 'catchment catalog show broken'],
    [
      'shifted',
      'wrong',
      expect.stringMatching(/^its cells do not coincide with good/),
      expect.stringMatching(gdalwarp),
    ],
    [
      'utm',
      'wrong',
      expect.stringMatching(/^its CRS is EPSG:26718, not EPSG:5070/),
      expect.stringMatching(/^gdalwarp/),
    ],
  ]);
});

it('tables with ids that are not unique, wrong geometries, no index, or a database that is away', async () => {
  const schema = { squares: 'squares.geojson', twice: 'twice.geojson', bows: 'bows.geojson' };
  const path = catalogOf('good', { ...schema, away: 'postgresql://nobody@127.0.0.1:1/none' });
  const found = await doctor({ CATCHMENT_CATALOG: path });
  expect(bad(found, 'tables')).toEqual([
    ['twice', 'wrong', expect.stringMatching(/stands for more than one area, expected unique ids/)],
    ['bows', 'wrong', expect.stringMatching(/^1 of 3 areas cannot be counted: area c: /)],
    ['bows', 'doubtful', expect.stringMatching(/^1 of 3 areas may be meant otherwise: area b: /)],
    ['away', 'wrong', expect.stringMatching(/^it cannot be used: .*127.0.0.1/)],
  ]);
  writeFileSync(
    at('indexed.yaml'),
    `rasters: { good: { url: good.tif } }
operations: { count: { type: groupedCount, rasters: [good] } }
areas: { unindexed: { source: "${db.url}", table: ${db.schema}.unindexed, id: id } }
`,
  );
  expect(bad(await doctor({ CATCHMENT_CATALOG: at('indexed.yaml') }), 'tables')).toEqual([
    [
      'unindexed',
      'doubtful',
      expect.stringMatching(/^its geometries have no index: CREATE INDEX ON .*unindexed.* USING gist \("geom"\)$/),
    ],
  ]);
});

it('a catalog that is wrong, and all as text that fits a terminal', async () => {
  writeFileSync(at('wrong.yaml'), 'rasters: 5\n');
  expect(bad(await doctor({ CATCHMENT_CATALOG: at('wrong.yaml') }), 'settings')).toEqual([
    ['CATCHMENT_CATALOG', 'wrong', expect.stringMatching(/wrong.yaml:1: /)],
  ]);
  const { code, out } = await runCatchment(['doctor', '--catalog', catalogOf('good shifted')], env);
  expect(code).toBe(3);
  expect(out).toMatch(/^wrong: shifted: its cells do not coincide with good/m);
  expect(out).toMatch(/^ {2}gdalwarp -t_srs EPSG:5070 .*$/m);
  expect(out).toMatch(/things looked at: \d+ wrong, \d+ doubtful\n$/);
});
