import { hostname } from 'node:os';
import { readConfig as readGatewayConfig, startGateway } from '@cellshed/gateway';
import { seldom } from '@cellshed/jobs';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import type { Log } from '@cellshed/logs';
import { openMetrics } from '@cellshed/metrics';
import { version } from '@cellshed/settings';
import { openTraces } from '@cellshed/traces';
import { readConfig as readWorkerConfig, roles, startWorker } from '@cellshed/worker';
import { projectFolder } from '../options/clone.ts';
import { type RunningService, sharedSettings } from './running-service.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface AllInOne {
  /** The URL of the gateway. */
  readonly url: string;
  /** The settings that other commands need to work with the service. */
  readonly settings: RunningService['settings'];
  /** The settings that the environment lacked, such as the private Redis and the stores. */
  readonly made: Readonly<Record<string, string>>;
  /** The time for which gateway and worker go on with what is under way when they close. */
  readonly graceSeconds: number;
  close(): Promise<void>;
}

export interface AllInOneOptions {
  readonly env: Environment;
  readonly log: Log;
  /**
   * The folder in which a private Redis keeps the queues if QUEUE_REDIS_URL names none. Without it
   * they end with the process.
   */
  readonly dataDir?: string;
  /** The store of results if CACHE_URL names none. */
  readonly cacheUrl: string;
  /** The store of tallies if TALLY_URL names none. Absent: no tallies are kept. */
  readonly tallyUrl?: string;
}

/**
 * Gateway and worker in this process, and a private Redis where the environment names none. Throws
 * a sentence when one of them does not start; nothing is left running then.
 */
export async function startAllInOne({ env, log, dataDir, cacheUrl, tallyUrl }: AllInOneOptions): Promise<AllInOne> {
  await using opened = new AsyncDisposableStack();
  const redis = env.QUEUE_REDIS_URL ? undefined : await privateRedis(dataDir);
  opened.defer(async () => redis?.stop());
  const complete = {
    ...env,
    QUEUE_REDIS_URL: env.QUEUE_REDIS_URL || redis?.url,
    CACHE_URL: env.CACHE_URL || cacheUrl,
    TALLY_URL: env.TALLY_URL || tallyUrl,
  };
  const workerConfig = readWorkerConfig(complete);
  // The gateway starts before the worker, so that a taken port is found before any job starts.
  const metrics = opened.adopt(openMetrics(), close);
  const own = { service: 'catchment', version, instance: `${hostname()}:${process.pid}` };
  const onError = seldom((error) => log.child({ app: 'worker' }).warn(error.message));
  const shared = { metrics, traces: opened.adopt(await openTraces(workerConfig, { ...own, onError }), close) };
  const gateway = opened.adopt(
    await startGateway(readGatewayConfig(complete), log.child({ app: 'gateway' }), shared),
    close,
  );
  const worker = opened.adopt(await startWorker(workerConfig, roles, log.child({ app: 'worker' }), shared), close);
  const kept = opened.move();
  const settings = given({ ...complete, CATCHMENT_URL: gateway.url }, sharedSettings);
  const made = given(
    complete,
    madeHere.filter((name) => !env[name]),
  );
  const graceSeconds = workerConfig.SHUTDOWN_GRACE_SECONDS;
  const stop = async () => {
    const end = performance.now() + 1000 * graceSeconds;
    // The gateway closes before the worker, too: nobody would do the jobs that it accepts.
    await gateway.close();
    await worker.close(Math.max(0, end - performance.now()));
    await kept.disposeAsync();
  };
  return { url: gateway.url, settings, made, graceSeconds, close: stop };
}

/** The settings that have a value here and none in the environment. */
const madeHere = ['QUEUE_REDIS_URL', 'CACHE_URL', 'TALLY_URL'] as const;

function given<Name extends string>(env: Environment, names: readonly Name[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

function privateRedis(dataDir: string | undefined): Promise<PrivateRedis> {
  return startRedis({ projectFolder, ...(dataDir !== undefined && { dataDir, config: { appendonly: 'yes' } }) });
}

async function close(one: { close(): Promise<void> }): Promise<void> {
  await one.close();
}
