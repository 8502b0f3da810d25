import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import pg from 'pg';
import { findPgbouncer, type PrivatePostgis, startPgbouncer, startPostgis } from '../../src/index.ts';

let postgis: PrivatePostgis;
beforeAll(async () => {
  postgis = await startPostgis();
});
afterAll(() => postgis.stop());

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

it('a PgBouncer is found where there is one', () => {
  expect(findPgbouncer('', tmpdir())).toBe(existsSync('/usr/sbin/pgbouncer') ? '/usr/sbin/pgbouncer' : undefined);
});

const program = findPgbouncer();
if (program !== undefined)
  it('a private PgBouncer leads to its database, refuses what PgBouncer refuses, and ends', async () => {
    const bouncer = await startPgbouncer({ program, database: postgis.url, mode: 'transaction' });
    expect(bouncer.url).not.toBe(postgis.url);
    expect(await ask(bouncer.url, 'SELECT inet_server_port()')).toBe(postgis.port);
    await expect(ask(`${bouncer.url}?options=-c%20lock_timeout%3D1`, 'SELECT 1')).rejects.toThrow(
      'unsupported startup parameter: options',
    );
    await bouncer.stop();
    await bouncer.stop();
    await expect(ask(bouncer.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });
