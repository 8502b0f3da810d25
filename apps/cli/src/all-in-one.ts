import { readConfig as readGatewayConfig, startGateway } from '@catchment/gateway';
import { type PrivateRedis, startRedis } from '@catchment/local-redis';
import { readConfig as readWorkerConfig, roles, startWorker } from '@catchment/worker';
import type { Logger } from 'pino';
import { type RunningService, sharedSettings } from './running-service.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface AllInOne {
  /** Where the gateway listens. */
  readonly url: string;
  /** What other commands need to know to work with it. */
  readonly settings: RunningService['settings'];
  /**
   * Those of the settings that the environment did not have: where the private Redis is, and what
   * is kept.
   */
  readonly made: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface AllInOneOptions {
  readonly env: Environment;
  readonly log: Logger;
  /**
   * Where a private Redis keeps the queues, when QUEUE_REDIS_URL names none; without it they end
   * with the process.
   */
  readonly dataDir?: string;
  /** Where results are kept, when CACHE_URL does not say. */
  readonly cacheUrl: string;
  /** Where tallies are kept, when TALLY_URL does not say; absent: none are. */
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
  // Before the worker: a port that is taken is found out before any job is.
  const gateway = opened.adopt(await startGateway(readGatewayConfig(complete), log), close);
  opened.adopt(await startWorker(workerConfig, roles, log), close);
  // Before the worker here too: nobody would do what it accepts. Closing it again, after the
  // worker, does nothing.
  opened.defer(() => gateway.close());
  const kept = opened.move();
  const settings = given({ ...complete, CATCHMENT_URL: gateway.url }, sharedSettings);
  const made = given(
    complete,
    madeHere.filter((name) => !env[name]),
  );
  return { url: gateway.url, settings, made, close: () => kept.disposeAsync() };
}

/** Settings that have a value here where the environment has none. */
const madeHere = ['QUEUE_REDIS_URL', 'CACHE_URL', 'TALLY_URL'] as const;

function given<Name extends string>(env: Environment, names: readonly Name[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

function privateRedis(dataDir: string | undefined): Promise<PrivateRedis> {
  return startRedis(dataDir === undefined ? {} : { dataDir, config: { appendonly: 'yes' } });
}

async function close(one: { close(): Promise<void> }): Promise<void> {
  await one.close();
}
