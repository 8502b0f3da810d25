import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { gatewayReady, startCatchment, workerReady } from '../processes.ts';

const root = join(import.meta.dirname, '../..');
export const token = 'a-token-for-golden-files';

/** The catalog of the golden files, beside the files of the sample. */
export function placeCatalog(): { readonly path: string; readonly remove: () => void } {
  const path = join(root, `.catchment/sample/golden-${process.pid}.yaml`);
  copyFileSync(join(import.meta.dirname, 'catalog.yaml'), path);
  return { path, remove: () => rmSync(path, { force: true }) };
}

export interface GoldenService {
  readonly url: string;
  readonly queue: Redis;
  readonly cache: Redis;
  /** The settings of its processes. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts a worker of these roles, as well. */
  startWorker(roles: string): Promise<void>;
  stop(): Promise<void>;
}

/** A gateway that has no worker yet, and the Redis servers of queue and cache. */
export async function startGolden(catalog: string): Promise<GoldenService> {
  await using started = new AsyncDisposableStack();
  const adopt = <T extends { stop(): Promise<void> }>(one: T): T => started.adopt(one, () => one.stop());
  const [queue, cache]: PrivateRedis[] = [adopt(await startRedis()), adopt(await startRedis())];
  const clients = [queue, cache].map((one) => started.adopt(new Redis(one!.url), (client) => client.disconnect()));
  const env = {
    QUEUE_REDIS_URL: queue!.url,
    CACHE_URL: cache!.url,
    CATCHMENT_CATALOG: catalog,
    PORT: '0',
    COUNT_THREADS: '1',
    PUBLIC_URL: 'https://catchment.example',
    ADMIN_TOKEN: token,
    BODY_LIMIT_BYTES: '20000',
  };
  const gateway = adopt(await startCatchment(['gateway'], env, gatewayReady));
  const all = started.move();
  return {
    url: gateway.said,
    queue: clients[0] as Redis,
    cache: clients[1] as Redis,
    env,
    startWorker: async (roles) => {
      const worker = await startCatchment(['worker', '--roles', roles], env, workerReady);
      all.adopt(worker, () => worker.stop());
    },
    stop: () => all.disposeAsync(),
  };
}

/** The id of a request that is begun. */
export async function begin({ url }: Pick<GoldenService, 'url'>, operation: string, inputs: unknown): Promise<string> {
  const response = await fetch(`${url}/api/processes/${operation}/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'respond-async' },
    body: JSON.stringify({ inputs }),
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`${operation} ${JSON.stringify(inputs)}: ${text}`);
  return JSON.parse(text).jobID;
}

/** A job's status document when it is as wanted. */
export async function statusWhen(
  { url }: Pick<GoldenService, 'url'>,
  id: string,
  isWanted: (status: Status) => boolean,
): Promise<string> {
  for (;;) {
    const text = await (await fetch(`${url}/api/jobs/${id}`)).text();
    if (isWanted(JSON.parse(text))) return text;
    await setTimeout(20);
  }
}

export interface Status {
  readonly status: string;
  readonly cache?: string;
  readonly waitsFor?: string;
  readonly tiles?: unknown;
  readonly finished?: string;
}

export const hasEnded = ({ status }: Status) => status !== 'accepted' && status !== 'running';
