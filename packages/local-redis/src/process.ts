import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PrivateRedis } from './local-redis.ts';
import { configArguments, type Settings } from './settings.ts';

const attempts = 5;
const readyWithinMs = 60_000;
const stopWithinMs = 30_000;

interface Server {
  readonly child: ChildProcess;
  /** Resolves when the process has ended, or could not be started: then with the reason. */
  readonly ended: Promise<Error | undefined>;
}

/**
 * Runs a `redis-server` as a child process. Between finding a free port and listening on it another
 * process may take it: then another port is tried, unless the port was asked for.
 */
export async function startProcess(executable: string, settings: Settings): Promise<PrivateRedis> {
  for (let attempt = 1; ; attempt++) {
    const port = settings.port ?? (await freePort());
    const server = launch(executable, settings, port);
    if (await isReady(server, port)) return privateRedis(server, settings, port);
    server.child.kill('SIGKILL');
    const cause = await server.ended;
    const log = readFileSync(logFile(settings), 'utf8').trim().split('\n').slice(-8).join('\n');
    const taken = log.includes('Address already in use');
    if (taken && settings.port === undefined && attempt < attempts) continue;
    if (taken) throw new Error(`Redis cannot listen on 127.0.0.1:${port}: the port is in use.`);
    throw new Error(`${executable} did not start on 127.0.0.1:${port}: ${cause?.message ?? log}`, { cause });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function launch(executable: string, settings: Settings, port: number): Server {
  const place = { bind: '127.0.0.1', port: String(port), dir: settings.dataDir, daemonize: 'no' };
  const log = openSync(logFile(settings), 'w');
  // A group of its own: Ctrl-C must not take the server from a process that is still ending its
  // work in good order.
  const child = spawn(executable, configArguments({ ...settings.config, ...place }), {
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  const watcher = child.pid === undefined ? undefined : watch(child.pid, settings);
  const ended = new Promise<Error | undefined>((resolve) => {
    child.once('exit', () => resolve(undefined)).once('error', resolve);
  });
  void ended.then(() => watcher?.kill('SIGKILL'));
  return { child, ended };
}

/**
 * A shell that waits for the end of this process (even SIGKILL closes the pipe between them) and
 * then ends the server.
 */
function watch(pid: number, { temporary, dataDir }: Settings): ChildProcess {
  const script = 'read -r _; kill "$1"; if [ -n "$2" ]; then rm -rf "$2"; fi';
  const watcher = spawn('/bin/sh', ['-c', script, 'sh', String(pid), temporary ? dataDir : ''], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  return watcher;
}

async function isReady({ child, ended }: Server, port: number): Promise<boolean> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const deadline = Date.now() + readyWithinMs;
  while (!over && Date.now() < deadline) {
    const reply = await ask(port);
    // Whoever else took the port would answer a PING too.
    if (reply.startsWith('+PONG') && reply.includes(`process_id:${child.pid}\r\n`)) return true;
    await delay(10);
  }
  return false;
}

/** What the server on this port says to PING and INFO; empty when nobody answers. */
function ask(port: number): Promise<string> {
  return new Promise((resolve) => {
    let reply = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\nINFO server\r\nQUIT\r\n'));
    socket.setEncoding('utf8').setTimeout(1_000, () => socket.destroy());
    socket.on('data', (text) => {
      reply += text;
    });
    socket.on('error', () => undefined).once('close', () => resolve(reply));
  });
}

function privateRedis({ child, ended }: Server, settings: Settings, port: number): PrivateRedis {
  const gone = ended.then(() => {
    if (settings.temporary) rmSync(settings.dataDir, { recursive: true, force: true });
  });
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.ref();
    child.kill(signal);
    await gone;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.pid,
    stop: async () => {
      const patience = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      await end('SIGTERM');
      clearTimeout(patience);
    },
    kill: () => end('SIGKILL'),
  };
}

function logFile({ dataDir }: Settings): string {
  return join(dataDir, 'redis.log');
}
