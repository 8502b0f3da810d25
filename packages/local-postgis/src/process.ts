import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PostgisPrograms } from './find.ts';
import { freePort } from './free-port.ts';
import type { PrivatePostgis } from './local-postgis.ts';
import { type Unprivileged, unprivileged } from './unprivileged.ts';

const attempts = 5;
const readyWithinMs = 120_000;

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

interface Server {
  readonly child: ChildProcess;
  /** Resolves when the process has ended, or could not be started: then with the reason. */
  readonly ended: Promise<Error | undefined>;
}

/** Makes a database in a new folder and serves it. */
export async function startProcess({ programs, projectFolder, password }: Settings): Promise<PrivatePostgis> {
  const place = makePlace(programs, projectFolder);
  const remove = () => rmSync(place.folder, { recursive: true, force: true });
  try {
    initialise(place, password);
    const started = await startOnFreePort(place);
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

/**
 * Between finding a free port and listening on it another process may take it: then another is
 * tried.
 */
async function startOnFreePort(place: Place): Promise<{ readonly port: number; readonly server: Server }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { port, server: await launch(place, port) };
    } catch (error) {
      if (attempt === attempts || !(error as Error).message.includes('Address already in use')) throw error;
    }
  }
}

/** Resolves when the server takes connections. Throws with the end of its log when it does not. */
async function launch({ folder, data, programs, way }: Place, port: number): Promise<Server> {
  const log = join(folder, 'postgres.log');
  const output = openSync(log, 'w');
  const settings = Object.entries({ ...config, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command = '', ...args] = [...way.prefix, programs.postgres, '-D', data, ...settings];
  // A group of its own: Ctrl-C must not take the server from a process that is still ending its
  // work in good order.
  const child = spawn(command, args, { ...way.options, cwd: '/', detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  child.unref();
  const watcher = child.pid === undefined ? undefined : watch(child.pid, folder);
  const ended = new Promise<Error | undefined>((resolve) => {
    child.once('exit', () => resolve(undefined)).once('error', resolve);
  });
  let over = false;
  void ended.then(() => {
    over = true;
    watcher?.kill('SIGKILL');
  });
  const deadline = Date.now() + readyWithinMs;
  while (!over && Date.now() < deadline) {
    if (readFileSync(log, 'utf8').includes('database system is ready to accept connections')) return { child, ended };
    await delay(10);
  }
  child.kill('SIGQUIT');
  const cause = await ended;
  const said = readFileSync(log, 'utf8').trim().split('\n').slice(-8).join('\n');
  throw new Error(`${programs.postgres} did not start on 127.0.0.1:${port}: ${cause?.message ?? said}`, { cause });
}

/**
 * A shell that waits for the end of this process (even SIGKILL closes the pipe between them), ends
 * the server and removes its data.
 */
function watch(pid: number, folder: string): ChildProcess {
  const script = 'read -r _; kill -QUIT "$1"; while kill -0 "$1" 2>/dev/null; do sleep 0.1; done; rm -rf "$2"';
  const watcher = spawn('/bin/sh', ['-c', script, 'sh', String(pid), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  return watcher;
}

interface Started {
  readonly port: number;
  readonly server: Server;
  readonly password: string;
  readonly remove: () => void;
}

function privatePostgis(place: Place, { port, server, password, remove }: Started): PrivatePostgis {
  let running: Server | undefined = server;
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
      running ??= await launch(place, port);
    },
    async stop() {
      await crash();
      remove();
    },
  };
}
