import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type ChildServer, launch, onFreePort, PortInUse, untilReady } from '../server/child.ts';
import type { PrivateRedis } from './private-redis.ts';
import { configArguments, type Settings } from './settings.ts';

const readyWithinMilliseconds = 60_000;
const stopWithinMilliseconds = 30_000;

/** Runs a `redis-server` as a child process, on a free port unless one was asked for. */
export async function startProcess(executable: string, settings: Settings): Promise<PrivateRedis> {
  const startOn = (port: number) => serve(executable, settings, port);
  const { port } = settings;
  if (port === undefined) return onFreePort(startOn);
  return startOn(port).catch((error) => {
    if (!(error instanceof PortInUse)) throw error;
    throw new Error(`Redis cannot listen on 127.0.0.1:${port}: the port is in use.`, { cause: error });
  });
}

async function serve(executable: string, settings: Settings, port: number): Promise<PrivateRedis> {
  const { config, dataDir, temporary } = settings;
  const place = { bind: '127.0.0.1', port: String(port), dir: dataDir, daemonize: 'no' };
  const server = launch({
    words: [executable, ...configArguments({ ...config, ...place })],
    log: join(dataDir, 'redis.log'),
    afterwards: 'kill "$1"; kill -CONT "$1"; if [ -n "$2" ]; then rm -rf "$2"; fi',
    places: [temporary ? dataDir : ''],
  });
  const isReady = async () => {
    const reply = await ask(port);
    // Another server that took the port would answer a PING, too.
    return reply.startsWith('+PONG') && reply.includes(`process_id:${server.child.pid}\r\n`);
  };
  const readiness = { isReady, withinMilliseconds: readyWithinMilliseconds, signal: 'SIGKILL' } as const;
  await untilReady(server, readiness).catch((error: Error) => {
    if (error instanceof PortInUse) throw error;
    throw new Error(`${executable} did not start on 127.0.0.1:${port}: ${error.message}`, { cause: error });
  });
  return privateRedis(server, settings, port);
}

/** The server's answer to PING and INFO; empty when no server answers. */
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

function privateRedis({ child, ended }: ChildServer, settings: Settings, port: number): PrivateRedis {
  const gone = ended.then(() => {
    if (settings.temporary) rmSync(settings.dataDir, { recursive: true, force: true });
  });
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.ref();
    child.kill(signal);
    // One that was stopped where it stood hears of it, too.
    child.kill('SIGCONT');
    await gone;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.pid,
    stop: async () => {
      const patience = setTimeout(() => child.kill('SIGKILL'), stopWithinMilliseconds);
      await end('SIGTERM');
      clearTimeout(patience);
    },
    kill: () => end('SIGKILL'),
  };
}
