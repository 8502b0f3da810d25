import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChildServer, launch, onFreePort, PortInUse, untilReady } from '../server/child.ts';
import type { PostgisPrograms } from './find.ts';
import type { PrivatePostgis } from './private-postgis.ts';
import { type Unprivileged, unprivileged } from './unprivileged.ts';

const readyWithinMilliseconds = 120_000;

/** Tests do not outlive the machine, and run with few connections. */
const config = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  // Its library is left out of what set-up fetches.
  jit: 'off',
};

interface Settings {
  readonly programs: PostgisPrograms;
  readonly projectFolder: string;
  readonly password: string;
}

/** A folder with a database in it, ready to be served. */
interface Place {
  readonly folder: string;
  readonly data: string;
  readonly programs: PostgisPrograms;
  readonly way: Unprivileged;
}

/** Makes a database in a new folder and serves it. */
export async function startProcess({ programs, projectFolder, password }: Settings): Promise<PrivatePostgis> {
  const place = makePlace(programs, projectFolder);
  const remove = () => rmSync(place.folder, { recursive: true, force: true });
  try {
    initialise(place, password);
    const started = await onFreePort(async (port) => ({ port, server: await serve(place, port) }));
    return privatePostgis(place, { ...started, password, remove });
  } catch (error) {
    remove();
    throw error;
  }
}

function makePlace(programs: PostgisPrograms, projectFolder: string): Place {
  const folder = mkdtempSync(join(projectFolder, 'postgis-data-'));
  const way = unprivileged(programs.postgres, projectFolder);
  if (way.uid !== undefined) chownSync(folder, way.uid, way.uid);
  return { folder, data: join(folder, 'data'), programs, way };
}

function initialise({ folder, data, programs, way }: Place, password: string): void {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password);
  if (way.uid !== undefined) chownSync(passwordFile, way.uid, way.uid);
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  run(way, [programs.initdb, `--pgdata=${data}`, '--no-sync', '--encoding=UTF8', '--locale=C', ...access]);
  const said = run(way, [programs.postgres, '--single', '-D', data, '-j', 'postgres'], 'CREATE EXTENSION postgis;\n\n');
  if (/ERROR|FATAL/.test(said)) throw new Error(`PostGIS cannot be set up: ${said.trim()}`);
}

function run({ prefix, options }: Unprivileged, words: readonly string[], input = ''): string {
  const [command = '', ...args] = [...prefix, ...words];
  const { status, error, stdout, stderr } = spawnSync(command, args, { ...options, input, cwd: '/', encoding: 'utf8' });
  if (status === 0) return stdout + stderr;
  throw new Error(`${words[0]} failed: ${error?.message ?? (stdout + stderr).trim()}`, { cause: error });
}

/** Resolves when the server takes connections. Throws with the end of its log when it does not. */
async function serve({ folder, data, programs, way }: Place, port: number): Promise<ChildServer> {
  const log = join(folder, 'postgres.log');
  const settings = Object.entries({ ...config, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = launch({
    words: [...way.prefix, programs.postgres, '-D', data, ...settings],
    options: { ...way.options, cwd: '/' },
    log,
    afterwards: 'kill -QUIT "$1"; while kill -0 "$1" 2>/dev/null; do sleep 0.1; done; rm -rf "$2"',
    places: [folder],
  });
  const isReady = () => /system is ready to accept (read.only )?connections/.test(readFileSync(log, 'utf8'));
  const readiness = { isReady, withinMilliseconds: readyWithinMilliseconds, signal: 'SIGQUIT' } as const;
  await untilReady(server, readiness).catch((error: Error) => {
    if (error instanceof PortInUse) throw error;
    throw new Error(`${programs.postgres} did not start on 127.0.0.1:${port}: ${error.message}`, { cause: error });
  });
  return server;
}

interface Started {
  readonly port: number;
  readonly server: ChildServer;
  readonly password: string;
  readonly remove: () => void;
}

function privatePostgis(place: Place, { port, server, password, remove }: Started): PrivatePostgis {
  let running: ChildServer | undefined = server;
  const crash = async () => {
    const { child, ended } = running ?? {};
    running = undefined;
    child?.ref();
    child?.kill('SIGQUIT');
    await ended;
  };
  return {
    url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    port,
    crash,
    async restart() {
      running ??= await serve(place, port);
    },
    async stop() {
      await crash();
      remove();
    },
  };
}
