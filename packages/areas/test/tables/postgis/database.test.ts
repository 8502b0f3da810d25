import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type PrivatePostgis, startPostgis } from '@cellshed/local-services';
import pg from 'pg';
import { type AreaTable, databasePlace, openAreaTable, UnreachableTableError } from '../../../src/index.ts';
import { openDatabase } from '../../../src/tables/postgis/database.ts';
import { openPostgisTable } from '../../../src/tables/postgis/postgis.ts';
import { collect } from '../../area-table-suite.ts';

let server: PrivatePostgis;
let withoutPassword: string;
const held: Server[] = [];

beforeAll(async () => {
  server = await startPostgis();
  withoutPassword = server.url.replace(/:[^:@/]+@/, '@');
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(`CREATE TABLE huc (id text, geom geometry(Polygon, 4326));
    INSERT INTO huc SELECT i::text, ST_MakeEnvelope(-75, 40, -74, 41, 4326) FROM generate_series(1, 3000) i`);
  await client.end();
});
afterAll(async () => {
  for (const each of held) each.close();
  await server.stop();
});

const open = (path: string) => openPostgisTable({ name: 'huc', path, table: 'huc', id: 'id' });

/** Everything that a log would show of an error. */
function everythingSaid(error: unknown): string {
  const said = new Set<unknown>();
  const look = (value: unknown): string => {
    if (typeof value !== 'object' || value === null || said.has(value)) return String(value);
    said.add(value);
    return Reflect.ownKeys(value)
      .map((key) => `${String(key)}: ${look(Reflect.get(value, key))}`)
      .join('\n');
  };
  return look(error);
}

async function failure(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => {
      throw new Error('did not fail');
    },
    (error: Error) => error,
  );
}

describe('a database that is read', () => {
  it('answers also where its server has just ended all connections', async () => {
    const db = openDatabase(server.url);
    const admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
    const ask = () => Promise.all(Array.from({ length: 4 }, () => db.rows('SELECT 1 AS one')));
    await ask();
    for (let round = 0; round < 20; round++) {
      const ended = admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'catchment'`,
      );
      // Some are asked before, some while and some after the connections end.
      await Promise.all([ended, new Promise((resolve) => setTimeout(resolve, round / 10))]);
      expect(await ask()).toEqual(Array.from({ length: 4 }, () => [{ one: 1 }]));
    }
    await admin.end();
    await db.close();
  });

  it('takes the password from PGPASSWORD where the URL has none', async () => {
    await expect(open(withoutPassword)).rejects.toThrow(
      `area table huc: ${withoutPassword}: no password is given; set PGPASSWORD or PGPASSFILE`,
    );
    process.env['PGPASSWORD'] = new URL(server.url).password;
    try {
      const table = await openAreaTable({ name: 'huc', path: withoutPassword, table: 'huc', id: 'id' });
      expect(await table.has('7')).toBe(true);
      await table.close();
    } finally {
      delete process.env['PGPASSWORD'];
    }
  });

  it.each([
    ['with another password', (url: string) => url.replace(/:[^:@/]+@/, ':s3cret@')],
    ['of another user', (url: string) => url.replace(/postgres:[^:@/]+@/, 'nobody:s3cret@')],
    ['of another database', (url: string) => url.replace(/:[^:@/]+@/, ':s3cret@').replace(/postgres$/, 'other')],
    ['of another server', () => 'postgresql://me:s3cret@127.0.0.1:1/db'],
    ['with parameters', () => 'postgresql://me:s3cret@127.0.0.1:1/db?password=s3cret&sslmode=disable'],
    ['of a host that there is not', () => 'postgresql://me:s3cret@host.invalid/db'],
    ['of a port that there is not', () => 'postgresql://me:s3cret@127.0.0.1:99999/db'],
    ['with a password that is cut in two', () => 'postgresql://me:12/s3cret@127.0.0.1/db'],
    ['with one that looks like parameters', () => 'postgresql://me:12?s3cret@127.0.0.1/db'],
    ['that cannot be read', () => 'postgresql://me:s3cret@[/db'],
  ])('never tells the password: a URL %s', async (_, change) => {
    const error = await failure(open(change(server.url)));
    expect(error.message).toMatch(/^area table huc: /);
    expect(everythingSaid(error)).not.toContain('s3cret');
  });

  it('says at once that a password is wrong, whose it is and where it comes from', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'passwords-'));
    const file = join(folder, 'pgpass');
    writeFileSync(file, '*:*:*:*:s3cret\n', { mode: 0o600 });
    const { host } = new URL(server.url);
    const wrong = server.url.replace(/:[^:@/]+@/, ':s3cret@');
    for (const [url, variables, source] of [
      [wrong, {}, 'the URL'],
      [`${withoutPassword}?password=s3cret`, { PGPASSWORD: 'another' }, 'the URL'],
      [withoutPassword, { PGPASSWORD: 's3cret' }, 'PGPASSWORD'],
      [withoutPassword, { PGPASSFILE: file }, `the file ${file} (PGPASSFILE)`],
    ] as const) {
      Object.assign(process.env, variables);
      const error = await failure(open(url));
      for (const name of Object.keys(variables)) delete process.env[name];
      expect(error).not.toBeInstanceOf(UnreachableTableError);
      expect(error.message).toBe(
        `area table huc: ${withoutPassword}: ${host} refuses user "postgres" with the password that ${source} gives`,
      );
      expect(everythingSaid(error)).not.toContain('s3cret');
    }
    rmSync(folder, { recursive: true });
  });

  it('lets a process end that has no password', async () => {
    const program = `const { openDatabase } = await import(${JSON.stringify(new URL('../../../src/tables/postgis/database.ts', import.meta.url).href)});
      await openDatabase(process.argv[1]).rows('SELECT 1').catch(({ message }) => console.log(message));`;
    const args = ['--input-type=module', '-e', program, withoutPassword];
    const env = { PATH: process.env['PATH'], HOME: '/nowhere' };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 30_000 });
    expect(stdout).toBe(`${withoutPassword}: no password is given; set PGPASSWORD or PGPASSFILE\n`);
  });

  it('waits for a lock no longer than for a connection', async () => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const table = await open(server.url);
    await client.query('BEGIN; LOCK TABLE huc');
    const error = await failure(table.has('7'));
    await client.query('ROLLBACK');
    expect(error).toBeInstanceOf(UnreachableTableError);
    expect(error.message).toMatch(/canceling statement due to lock timeout$/);
    expect(await table.has('7')).toBe(true);
    await table.close();
    await client.end();
  });

  it('says where it is', async () => {
    const error = await failure(open('postgresql://me:s3cret@127.0.0.1:1/db'));
    expect(error.message).toBe('area table huc: postgresql://me@127.0.0.1:1/db: connect ECONNREFUSED 127.0.0.1:1');
    expect(error).toBeInstanceOf(UnreachableTableError);
    expect(databasePlace('postgres://h/d?host=x')).toBe('postgres://h/d');
  });

  it('is given up when it takes a connection and says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    held.push(silent);
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const error = await failure(open(`postgresql://me@127.0.0.1:${port}/db`));
    expect(error).toBeInstanceOf(UnreachableTableError);
    expect(error.message).toMatch(/timeout/);
  });

  it('is asked again by itself after it was away, also in the middle of a stream', async () => {
    const table: AreaTable = await openPostgisTable({
      ...{ name: 'huc', path: server.url, table: 'huc', id: 'id', recheckMilliseconds: 0 },
    });
    const ids = table.ids()[Symbol.asyncIterator]();
    await ids.next();
    // The query leaves an idle connection.
    await table.has('7');
    await server.crash();
    for (const work of [
      () => table.has('7'),
      () => table.get('7'),
      () => table.list({ limit: 1, offset: 0 }),
      () => table.currentVersion(),
      () => collect(table.ids()),
      () => collect({ [Symbol.asyncIterator]: () => ids }),
    ]) {
      const error = await failure(work());
      expect(error).toBeInstanceOf(UnreachableTableError);
      expect(error.message).toMatch(/^area table huc: postgresql:\/\/postgres@127\.0\.0\.1:\d+\/postgres: ./);
    }
    await server.restart();
    expect(await table.has('7')).toBe(true);
    expect(await table.currentVersion()).toBe(table.version);
    expect(await collect(table.ids())).toHaveLength(3000);
    await table.close();
  });
});
