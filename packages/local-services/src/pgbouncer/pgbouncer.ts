import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unprivileged } from '../postgis/unprivileged.ts';
import { launch, onFreePort, untilReady } from '../server/child.ts';
import { foldersOf, isExecutable } from '../server/find.ts';

/** A PgBouncer with its default settings that belongs to this process, and ends with it. */
export interface PrivatePgbouncer {
  /** The URL of the database behind it, through it. */
  readonly url: string;
  /** Ends it. May be called twice. */
  stop(): Promise<void>;
}

export interface PgbouncerOptions {
  readonly program: string;
  /** The database behind it: its URL, with a password. */
  readonly database: string;
  readonly mode: 'session' | 'transaction' | 'statement';
}

const ownFolder = join(import.meta.dirname, '../../../../.catchment');

/** The program: on the PATH, where Debian has it, or where set-up puts one. */
export function findPgbouncer(path = process.env['PATH'], projectFolder = ownFolder): string | undefined {
  const folders = [...foldersOf(path), '/usr/sbin', join(projectFolder, 'pgbouncer/bin')];
  return folders.map((folder) => join(folder, 'pgbouncer')).find(isExecutable);
}

/**
 * Starts a PgBouncer before a database. It refuses to run as root: there it runs as "nobody", as
 * PostgreSQL does.
 */
export async function startPgbouncer({ program, database, mode }: PgbouncerOptions): Promise<PrivatePgbouncer> {
  mkdirSync(ownFolder, { recursive: true });
  const way = unprivileged(program, ownFolder);
  const folder = mkdtempSync(join(ownFolder, 'pgbouncer-data-'));
  const { hostname, port: behind, username, password } = new URL(database);
  const [settings, users] = [join(folder, 'pgbouncer.ini'), join(folder, 'users.txt')];
  const log = join(folder, 'pgbouncer.log');
  writeFileSync(users, `"${username}" "${password}"\n`);
  const started = await onFreePort(async (port) => {
    writeFileSync(
      settings,
      `[databases]\n* = host=${hostname} port=${behind}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}
unix_socket_dir =\nauth_file = ${users}\npool_mode = ${mode}\n`,
    );
    if (way.uid !== undefined) for (const path of [folder, settings, users]) chownSync(path, way.uid, way.uid);
    const server = launch({
      words: [...way.prefix, program, settings],
      options: { ...way.options, cwd: '/' },
      log,
      afterwards: 'kill -QUIT "$1"; rm -rf "$2"',
      places: [folder],
    });
    const isReady = () => readFileSync(log, 'utf8').includes('process up');
    await untilReady(server, { isReady, withinMilliseconds: 60_000, signal: 'SIGKILL' });
    return { port, server };
  }).catch((error: unknown) => {
    rmSync(folder, { recursive: true });
    throw error;
  });
  return {
    url: Object.assign(new URL(database), { port: String(started.port) }).href,
    async stop() {
      const { child, ended } = started.server;
      child.ref();
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
