import { createServer } from 'node:net';
import { freePort, type PrivatePostgis, startPostgis } from '@cellshed/local-services';
import pg from 'pg';
import { databasePlace } from '../../../src/index.ts';
import { openDatabase } from '../../../src/tables/postgis/database.ts';
import { openServers } from '../../../src/tables/postgis/servers.ts';

let primary: PrivatePostgis;
let standby: PrivatePostgis;
let nobody: string;

const password = 's3cret';
beforeAll(async () => {
  [primary, standby] = await Promise.all([startPostgis(), startPostgis()]);
  for (const { url } of [primary, standby]) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(`ALTER USER postgres PASSWORD '${password}'; CREATE ROLE strict LOGIN PASSWORD '${password}';
      ALTER ROLE strict SET default_transaction_read_only = on`);
    if (url === standby.url) await client.query("COPY (SELECT 1) TO PROGRAM 'cat > standby.signal'");
    await client.end();
  }
  await standby.crash();
  await standby.restart();
  nobody = `127.0.0.1:${await freePort()}`;
});
afterAll(() => Promise.all([primary, standby].map((server) => server.stop())));

const at = ({ port }: PrivatePostgis) => `127.0.0.1:${port}`;
const urlOf = (hosts: readonly string[], parameters = '', user = `postgres:${password}`) =>
  `postgresql://${user}@${hosts.join()}/postgres?${parameters}`;

/** The port of the server that is used, or the reason why there is none. */
async function used(url: string, environment = {}): Promise<unknown> {
  const servers = openServers(url, { connectionTimeoutMillis: 1000 }, environment);
  try {
    const client = await servers.connect();
    const { rows } = await client.query('SELECT inet_server_port() AS port');
    client.release();
    return rows[0].port;
  } finally {
    await servers.end();
  }
}

describe('the servers of a URL', () => {
  it('are tried in their order', async () => {
    expect(await used(urlOf([at(primary), at(standby)]))).toBe(primary.port);
    expect(await used(urlOf([at(standby), at(primary)]))).toBe(standby.port);
    expect(await used(urlOf([nobody, 'host.invalid', at(standby), at(primary)]))).toBe(standby.port);
  });

  it('are passed over where they are silent', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    expect(await used(urlOf([`127.0.0.1:${port}`, at(primary)]))).toBe(primary.port);
    silent.close();
  });

  it('come from parameters and variables, too', async () => {
    const ports = `port=${nobody.slice(10)},${standby.port}`;
    const none = urlOf([''], '', '');
    const user = `user=postgres&password=${password}`;
    expect(await used(`${none.replace('@', '')}${user}&host=127.0.0.1,127.0.0.1&${ports}`)).toBe(standby.port);
    expect(await used(`${urlOf(['127.0.0.1', '127.0.0.1'], ports)}`)).toBe(standby.port);
    const variables = { PGHOST: '127.0.0.1,127.0.0.1', PGPORT: `${nobody.slice(10)},${primary.port}` };
    expect(await used(`${none.replace('@', '')}${user}`, variables)).toBe(primary.port);
    expect(await used(urlOf([at(standby)]), variables)).toBe(standby.port);
    await expect(used(urlOf(['a', 'b', 'c'], 'port=1,2'))).rejects.toThrow(
      '2 ports are given for 3 hosts, expected one',
    );
  });

  it('are left for the next as soon as one is away, and kept while it answers', async () => {
    await using own = { ...(await startPostgis()), [Symbol.asyncDispose]: () => own.stop() };
    const client = new pg.Client({ connectionString: own.url });
    await client.connect();
    await client.query(`ALTER USER postgres PASSWORD '${password}'`);
    await client.end();
    const db = openDatabase(urlOf([at(own), at(primary)]));
    const port = async () => (await db.rows('SELECT inet_server_port() AS port'))[0]?.['port'];
    expect(await port()).toBe(own.port);
    await own.crash();
    expect(await port()).toBe(primary.port);
    await own.restart();
    expect(await port()).toBe(primary.port);
    await db.close();
  });

  it('are all told where all are away, without the password', async () => {
    const url = urlOf([nobody, '127.0.0.1:1'], 'sslmode=require');
    expect(databasePlace(url)).toBe(`postgresql://postgres@${nobody},127.0.0.1:1/postgres`);
    const db = openDatabase(url);
    await expect(db.rows('SELECT 1')).rejects.toMatchObject({
      name: 'UnreachableTableError',
      message: `${databasePlace(url)}: ${nobody}: connect ECONNREFUSED ${nobody}, 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1`,
    });
    await db.close();
  });

  it('are not searched on where one refuses the password', async () => {
    const url = urlOf([at(primary), at(standby)], '', 'postgres:wrong');
    await expect(used(url)).rejects.toThrow(
      `${at(primary)} refuses user "postgres" with the password that the URL gives`,
    );
  });
});

describe('target_session_attrs', () => {
  it.each([
    ['any', 'standby', 'primary'],
    ['read-write', 'primary', 'primary'],
    ['read-only', 'standby', 'standby'],
    ['primary', 'primary', 'primary'],
    ['standby', 'standby', 'standby'],
    ['prefer-standby', 'standby', 'standby'],
  ])('%s chooses between a standby and a primary', async (attributes, first, second) => {
    const ports: Record<string, number> = { primary: primary.port, standby: standby.port };
    expect(await used(urlOf([at(standby), at(primary)], `target_session_attrs=${attributes}`))).toBe(ports[first]);
    const turned = urlOf([at(primary), at(standby)]);
    expect(await used(turned, { PGTARGETSESSIONATTRS: attributes })).toBe(ports[attributes === 'any' ? second : first]);
  });

  it('takes a user who may not write for read-only', async () => {
    const strict = (attributes: string) =>
      used(urlOf([at(primary)], `target_session_attrs=${attributes}`, `strict:${password}`));
    expect(await strict('read-only')).toBe(primary.port);
    expect(await strict('prefer-standby')).toBe(primary.port);
    await expect(strict('read-write')).rejects.toThrow(
      'is a primary, read-only, which target_session_attrs leaves out',
    );
    await expect(strict('standby')).rejects.toThrow('is a primary, read-only, which target_session_attrs leaves out');
  });

  it('is refused where it is no word for it', async () => {
    await expect(used(urlOf([at(primary)], 'target_session_attrs=master'))).rejects.toThrow(
      'target_session_attrs is "master", expected one of any, read-write, read-only, primary, standby, prefer-standby',
    );
  });
});
