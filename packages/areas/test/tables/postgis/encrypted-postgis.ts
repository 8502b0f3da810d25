import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgis } from '@cellshed/local-services';
import pg from 'pg';

/** A PostgreSQL whose certificate, for the name `localhost`, is of its own making. */
export interface EncryptedPostgis {
  /**
   * A URL with these parameters. Users: `postgres` may do as it likes, `encrypted` must have an
   * encrypted connection, `plain` must not, and `certified` needs a certificate.
   */
  url(user: string, parameters?: string, host?: string): string;
  /** A certificate or key: the server's, another one, or those of the user `certified`. */
  file(name: 'server.crt' | 'another.crt' | 'certified.crt' | 'certified.key'): string;
  stop(): Promise<void>;
}

const run = promisify(execFile);

export async function startEncryptedPostgis(): Promise<EncryptedPostgis> {
  const folder = await mkdtemp(join(tmpdir(), 'postgis-tls-'));
  const at = (name: string) => join(folder, name);
  const make = (name: string, subject: string, ...more: readonly string[]) => {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.crt`)];
    return run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      subject,
      ...files,
      ...more,
    ]);
  };
  const localhost = ['/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'] as const;
  await make('server', ...localhost);
  await make('another', ...localhost);
  await make('certified', '/CN=certified', '-CA', at('server.crt'), '-CAkey', at('server.key'));
  const server = await startPostgis();
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  // The server's user must own the files.
  const write = (name: string, content: string) =>
    client.query(`COPY (SELECT unnest(string_to_array('${content}', E'\\n'))) TO PROGRAM 'umask 077; cat > ${name}'`);
  for (const name of ['server.crt', 'server.key']) await write(name, await readFile(at(name), 'utf8'));
  await write('pg_hba.conf', rules);
  for (const user of ['encrypted', 'plain', 'certified'])
    await client.query(`CREATE ROLE ${user} LOGIN PASSWORD 'pass'`);
  await client.query(`ALTER SYSTEM SET ssl_ca_file = 'server.crt'`);
  await client.query('ALTER SYSTEM SET ssl = on');
  await client.query(`ALTER USER postgres PASSWORD 'pass'; SELECT pg_reload_conf()`);
  await client.end();
  return {
    url: (user, parameters = '', host = 'localhost') =>
      `postgresql://${user}:pass@${host}:${server.port}/postgres?${parameters}`,
    file: at,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

const rules = `host all postgres 127.0.0.1/32 scram-sha-256
hostssl all encrypted 127.0.0.1/32 scram-sha-256
hostnossl all plain 127.0.0.1/32 scram-sha-256
hostssl all certified 127.0.0.1/32 cert`;
