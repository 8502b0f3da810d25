import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startRedis } from '@cellshed/local-services';

/**
 * A service on loopback that may be attacked: a gateway, a worker, and a Redis each for queues and
 * results.
 */
export interface Target {
  readonly url: string;
  readonly gateway: ChildProcess;
  readonly worker: ChildProcess;
  readonly queueUrl: string;
  readonly cacheUrl: string;
  readonly adminToken: string;
  /** Ends the Redis of the queues, as a crash would. */
  loseQueue(): Promise<void>;
  /** Ends all of it, by force where it does not end by itself. */
  stop(): Promise<void>;
}

export interface TargetOptions {
  /** The checkout whose code is started. */
  readonly checkout: string;
  readonly catalog: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

const adminToken = 'a-token-that-is-long-enough';
const stopMilliseconds = 3000;

/** Starts a service of a checkout, with the limits that it has by default. */
export async function startTarget({ checkout, catalog, env: others = {} }: TargetOptions): Promise<Target> {
  await using started = new AsyncDisposableStack();
  const [queue, cache] = [started.adopt(await startRedis(), stop), started.adopt(await startRedis(), stop)];
  const folder = mkdtempSync(join(tmpdir(), 'catchment-attack-'));
  started.defer(() => rmSync(folder, { recursive: true, force: true }));
  const env = {
    ...{ QUEUE_REDIS_URL: queue.url, CACHE_URL: cache.url, CATCHMENT_CATALOG: catalog, PORT: '0', COUNT_THREADS: '1' },
    ...{ ADMIN_TOKEN: adminToken, ADMIN_PASSWORD: 'a-password-that-is-long', SERVE_DIR: folder, ENV_FILE: '' },
    ...others,
  };
  const start = async (args: readonly string[], ready: RegExp) => {
    const child = startApp(checkout, args, env);
    started.defer(() => end(child));
    return { child, said: await untilItSays(child, ready) };
  };
  const gateway = await start(['gateway'], /gateway listens on (http:[^"]+)"/);
  const worker = await start(['worker'], /worker takes/);
  const all = started.move();
  return {
    ...{ url: gateway.said, gateway: gateway.child, worker: worker.child, adminToken },
    ...{ queueUrl: queue.url, cacheUrl: cache.url },
    loseQueue: () => queue.kill(),
    stop: () => all.disposeAsync(),
  };
}

/** Starts `catchment …` of a checkout as a process that can be watched. */
export function startApp(
  checkout: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const options = `--disable-warning=ExperimentalWarning --import ${join(import.meta.dirname, 'watched.ts')}`;
  return spawn(process.execPath, [join(checkout, 'apps/cli/src/main.ts'), ...args], {
    cwd: checkout,
    env: { ...process.env, ...env, NODE_OPTIONS: options },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

function untilItSays(child: ChildProcess, ready: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (text) => {
      said = `${said}${text}`.slice(-2000);
    });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      said = `${said}${line}\n`.slice(-2000);
      const found = ready.exec(line);
      if (found) resolve(found[1] ?? '');
    });
    child.once('error', reject).once('exit', () => reject(new Error(`the service ended before it was ready: ${said}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds);
  await ended;
  clearTimeout(force);
}

async function stop(one: { stop(): Promise<void> }): Promise<void> {
  await one.stop();
}
