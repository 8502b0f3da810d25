import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openServers, reasonOf } from '../../../src/tables/postgis/servers.ts';
import { type EncryptedPostgis, startEncryptedPostgis } from './encrypted-postgis.ts';

let server: EncryptedPostgis;
beforeAll(async () => {
  server = await startEncryptedPostgis();
});
afterAll(() => server.stop());

/** Whether the connection is encrypted, or the reason why there is none. */
async function connection(url: string, environment = {}): Promise<'encrypted' | 'plain' | string> {
  try {
    const servers = openServers(url, { connectionTimeoutMillis: 5000 }, environment);
    try {
      const client = await servers.connect();
      const { rows } = await client.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      client.release();
      return rows[0].ssl ? 'encrypted' : 'plain';
    } finally {
      await servers.end();
    }
  } catch (error) {
    return reasonOf(error as Error);
  }
}

const ofServer = () => `sslrootcert=${server.file('server.crt')}`;
const ofAnother = () => `sslrootcert=${server.file('another.crt')}`;
const name = 'localhost';
const address = '127.0.0.1';
const selfSigned = 'self-signed certificate; sslrootcert (PGSSLROOTCERT) names the file of the authority to trust';
const untold = /IP: 127\.0\.0\.1 is not in the cert's list/;

describe('the mode of encryption', () => {
  it.each([
    ['', 'postgres', name, 'encrypted'],
    ['', 'plain', name, 'plain'],
    ['', 'encrypted', address, 'encrypted'],
    ['sslmode=prefer', 'postgres', name, 'encrypted'],
    ['sslmode=prefer', 'plain', name, 'plain'],
    ['sslmode=disable', 'postgres', name, 'plain'],
    ['sslmode=disable', 'encrypted', name, /no pg_hba.conf entry .* no encryption/],
    ['sslmode=allow', 'postgres', name, 'plain'],
    ['sslmode=allow', 'encrypted', name, 'encrypted'],
    ['sslmode=require', 'postgres', name, 'encrypted'],
    ['sslmode=require', 'encrypted', address, 'encrypted'],
    ['sslmode=require', 'plain', name, /no pg_hba.conf entry .* SSL encryption/],
    ['sslmode=no-verify', 'postgres', name, 'encrypted'],
    ['ssl=true', 'postgres', name, 'encrypted'],
    ['ssl=0', 'postgres', name, 'plain'],
    ['sslmode=verify-full', 'postgres', name, selfSigned],
    ['sslmode=verify-ca', 'postgres', name, /^sslmode is "verify-ca", which needs the certificate of an authority/],
    ['sslmode=REQUIRE', 'postgres', name, /^sslmode is "REQUIRE", expected one of disable, allow, prefer, require,/],
  ])('%s of the user %s at %s', async (parameters, user, host, expected) => {
    const told = await connection(server.url(user, parameters, host));
    if (typeof expected === 'string') expect(told).toBe(expected);
    else expect(told).toMatch(expected);
  });

  it.each([
    ['require', name, 'encrypted', selfSigned],
    ['require', address, 'encrypted', selfSigned],
    ['verify-ca', address, 'encrypted', selfSigned],
    ['verify-full', name, 'encrypted', selfSigned],
    ['verify-full', address, untold, selfSigned],
    ['no-verify', address, 'encrypted', 'encrypted'],
    ['prefer', name, 'encrypted', 'plain'],
  ])('%s at %s, with the certificate of the server and of another', async (mode, host, withOwn, withAnother) => {
    const told = (root: string) => connection(server.url('postgres', `sslmode=${mode}&${root}`, host));
    expect(await told(ofServer())).toMatch(withOwn);
    expect(await told(ofAnother())).toBe(withAnother);
  });

  it('comes from variables where the URL has none', async () => {
    const own = { PGSSLROOTCERT: server.file('server.crt') };
    const url = (parameters = '') => server.url('postgres', parameters);
    expect(await connection(url(), { PGSSLMODE: 'disable' })).toBe('plain');
    expect(await connection(url(), { PGSSLMODE: 'verify-full' })).toBe(selfSigned);
    expect(await connection(url(), { PGSSLMODE: 'verify-full', ...own })).toBe('encrypted');
    expect(await connection(url(ofAnother()), { PGSSLMODE: 'verify-full', ...own })).toBe(selfSigned);
    expect(await connection(url('sslmode=disable'), { PGSSLMODE: 'verify-full' })).toBe('plain');
    expect(await connection(url(), { PGSSLMODE: '' })).toBe('encrypted');
  });
});

describe('the certificate of a client', () => {
  const files = () => `sslcert=${server.file('certified.crt')}&sslkey=${server.file('certified.key')}`;

  it('lets it in, from the URL and from variables', async () => {
    expect(await connection(server.url('certified', `sslmode=require&${files()}`))).toBe('encrypted');
    const variables = { PGSSLCERT: server.file('certified.crt'), PGSSLKEY: server.file('certified.key') };
    expect(await connection(server.url('certified'), variables)).toBe('encrypted');
  });

  it('is asked for where there is none, however the connection may be encrypted', async () => {
    for (const mode of ['require', 'prefer', 'allow'])
      expect(await connection(server.url('certified', `sslmode=${mode}`))).toMatch(
        /connection requires a valid client/,
      );
  });

  it('is refused with a sentence where files are missing or do not match', async () => {
    expect(await connection(server.url('certified', 'sslcert=/nowhere/a.crt'))).toMatch(
      /^sslcert: the file \/nowhere\/a.crt cannot be read: ENOENT/,
    );
    const another = `sslcert=${server.file('another.crt')}&sslkey=${server.file('certified.key')}`;
    expect(await connection(server.url('certified', another))).toMatch(
      /^the certificates of sslrootcert, sslcert and sslkey cannot be used: .*mismatch/,
    );
    expect(await connection(server.url('postgres', 'sslrootcert=/nowhere/root.crt'))).toMatch(
      /^sslrootcert: the file \/nowhere\/root.crt cannot be read/,
    );
  });
});

describe("a process's own certificates", () => {
  const program = `const { openServers, reasonOf } = await import(${JSON.stringify(new URL('../../../src/tables/postgis/servers.ts', import.meta.url).href)});
    const servers = openServers(process.argv[1], {});
    const said = await servers.connect().then((client) => (client.release(), 'in'), reasonOf);
    await servers.end();
    console.log(said);`;
  const said = async (url: string, environment: object) => {
    const args = ['--input-type=module', '-e', program, url];
    const env = { PATH: process.env['PATH'], ...environment };
    return (await promisify(execFile)(process.execPath, args, { env })).stdout.trim();
  };

  it('are those in ~/.postgresql, where there are some', async () => {
    const home = await mkdtemp(join(tmpdir(), 'postgis-home-'));
    await mkdir(join(home, '.postgresql'));
    await symlink(server.file('another.crt'), join(home, '.postgresql', 'root.crt'));
    expect(await said(server.url('postgres', 'sslmode=require'), { HOME: home })).toBe(selfSigned);
    expect(await said(server.url('postgres', `sslmode=require&${ofServer()}`), { HOME: home })).toBe('in');
    await rm(home, { recursive: true });
  });

  it('are those of the system with sslrootcert=system, which verifies the name', async () => {
    const env = { HOME: '/nowhere', SSL_CERT_FILE: server.file('server.crt') };
    expect(await said(server.url('postgres', 'sslrootcert=system'), env)).toBe('in');
    expect(await said(server.url('postgres', 'sslrootcert=system', address), env)).toMatch(untold);
    expect(await connection(server.url('postgres', 'sslrootcert=system&sslmode=require'))).toBe(
      'sslrootcert is "system", which needs sslmode=verify-full; got require',
    );
  });
});
