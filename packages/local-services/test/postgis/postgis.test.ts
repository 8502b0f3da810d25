import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { until } from '../../../../test/until.ts';
import { findPostgis, type PrivatePostgis, postgisForTests, startPostgis } from '../../src/index.ts';

const started: PrivatePostgis[] = [];
const projectFolder = mkdtempSync(join(tmpdir(), 'local-postgis-'));
const programs = findPostgis({
  path: process.env['PATH'],
  projectFolder: join(import.meta.dirname, '../../../../.catchment'),
});

async function start(options: Parameters<typeof startPostgis>[0] = {}): Promise<PrivatePostgis> {
  const postgis = await startPostgis(options);
  started.push(postgis);
  return postgis;
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return Object.values((await client.query(sql)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

function isGone({ url }: { readonly url: string }): Promise<boolean> {
  return ask(url, 'SELECT 1').then(
    () => false,
    () => true,
  );
}

const dataFolders = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('postgis-data-'));

afterAll(async () => {
  await Promise.all(started.map((postgis) => postgis.stop()));
  rmSync(projectFolder, { recursive: true });
});

describe('a private PostGIS', () => {
  it('answers as soon as it is handed over, and knows the EPSG codes', async () => {
    const { url } = await start();
    const sql = "SELECT ST_AsText(ST_Transform('SRID=4326;POINT(-96 23)'::geometry, 5070), 3)";
    // The origin of EPSG:5070, by its definition.
    expect(await ask(url, sql)).toMatch(/^POINT\(-?0 -?0\)$/);
  });

  it('wants the password of its URL', async () => {
    const { port } = await start();
    const url = `postgresql://postgres:wrong@127.0.0.1:${port}/postgres`;
    await expect(ask(url, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('listens on the loopback address only', async () => {
    const { url } = await start();
    expect(await ask(url, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(await ask(url, 'SHOW unix_socket_directories')).toBe('');
  });

  it('comes back on its port with its data after a crash', async () => {
    const postgis = await start();
    await ask(postgis.url, "CREATE TABLE rivers AS SELECT 'Merrow' AS name");
    await postgis.crash();
    expect(await isGone(postgis)).toBe(true);
    await postgis.restart();
    await postgis.restart();
    expect(await ask(postgis.url, 'SELECT name FROM rivers')).toBe('Merrow');
  });

  it('takes its data with it when it stops, and can be stopped twice', async () => {
    const postgis = await start({ projectFolder, ...(programs && { programs }) });
    expect(dataFolders(projectFolder)).toHaveLength(1);
    await postgis.stop();
    await postgis.stop();
    expect(dataFolders(projectFolder)).toEqual([]);
    expect(await isGone(postgis)).toBe(true);
  });

  it('runs in a checkout that only its owner may enter', async () => {
    const closed = join(projectFolder, 'closed');
    mkdirSync(closed);
    const own = join(import.meta.dirname, '../../../../.catchment/postgis');
    if (existsSync(own)) cpSync(own, join(closed, 'postgis'), { recursive: true, verbatimSymlinks: true });
    chmodSync(closed, 0o700);
    const { url } = await start({ projectFolder: closed });
    expect(await ask(url, 'SELECT ST_SRID(ST_MakePoint(1, 2))')).toBe(0);
  });

  it('says what could not be run', async () => {
    const nowhere = { initdb: '/nowhere/initdb', postgres: programs?.postgres ?? '/nowhere/postgres' };
    await expect(startPostgis({ projectFolder, programs: nowhere })).rejects.toThrow(/\/nowhere\/|No PostGIS/);
    expect(dataFolders(projectFolder)).toEqual([]);
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('ends with a process that ends by %s', async (signal) => {
    const args = [join(import.meta.dirname, 'hold-postgis.ts'), 'hold'];
    const holder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(holder.stdout, 'data');
    const { url } = JSON.parse(String(line)) as { url: string };
    expect(await isGone({ url })).toBe(false);
    holder.kill(signal);
    expect(await once(holder, 'exit')).toEqual([null, signal]);
    await until(() => isGone({ url }));
  });

  it('does not keep a process alive', async () => {
    const args = [join(import.meta.dirname, 'hold-postgis.ts'), 'leave'];
    const holder = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    expect(await once(holder, 'exit')).toEqual([0, null]);
  });
});

describe('PostGIS for tests', () => {
  it('is the server that POSTGIS_URL names, and is not ended', async () => {
    const { url } = await start();
    const postgis = await postgisForTests({ POSTGIS_URL: url });
    await postgis.stop();
    expect(postgis.url).toBe(url);
    expect(await ask(url, 'SELECT 1')).toBe(1);
  });

  it('is a private one where POSTGIS_URL names none', async () => {
    const postgis = await postgisForTests({});
    expect(await ask(postgis.url, 'SELECT 1')).toBe(1);
    await postgis.stop();
    expect(await isGone(postgis)).toBe(true);
  });
});
