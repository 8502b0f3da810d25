import { writeFileSync } from 'node:fs';
import { createClient } from '@cellshed/client';
import { startRedis } from '@cellshed/local-services';
import { gatewayReady, runCatchment, startCatchment, workerReady } from './processes.ts';

/**
 * A gateway and a worker, and a Redis server each for queues and cache: all of them processes of
 * their own.
 */
export interface Service {
  readonly url: string;
  readonly catalog: string;
  /** The service's settings, for commands that use its queues and cache. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

export async function startService(catalog: string, more: NodeJS.ProcessEnv = {}): Promise<Service> {
  await using started = new AsyncDisposableStack();
  const adopt = <T extends { stop(): Promise<void> }>(one: T): T => started.adopt(one, () => one.stop());
  const queue = adopt(await startRedis());
  const cache = adopt(await startRedis());
  const env = {
    QUEUE_REDIS_URL: queue.url,
    CACHE_URL: cache.url,
    CATCHMENT_CATALOG: catalog,
    PORT: '0',
    COUNT_THREADS: '1',
    ...more,
  };
  const gateway = adopt(await startCatchment(['gateway'], env, gatewayReady));
  adopt(await startCatchment(['worker'], env, workerReady));
  const all = started.move();
  return { url: gateway.said, catalog, env, stop: () => all.disposeAsync() };
}

export interface Asked {
  readonly operation: string;
  /** Left out where `inputs` have several. */
  readonly area?: unknown;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** The gateway's answer, and whether it was a hit. Throws what it is refused for. */
export async function ask<Document>({ url }: Service, { operation, area, inputs = {} }: Asked) {
  const client = createClient(url);
  const { jobID } = await client.execute(operation, { area, ...inputs });
  const { status, message, cache } = await client.wait(jobID, { everyMilliseconds: 20 });
  if (status !== 'successful') throw new Error(message);
  return { document: await client.result<Document>(jobID), cache };
}

/** The output of `catchment count … --json` for a well-known area or GeoJSON in a file. */
export async function countByCommand<Document>({ catalog }: Service, ...args: readonly string[]): Promise<Document> {
  const { code, out, err } = await runCatchment(['count', ...args, '--json', '--catalog', catalog]);
  if (code !== 0 || err !== '') throw new Error(`catchment count ${args.join(' ')} ended with ${code}: ${err}`);
  return JSON.parse(out);
}

/** A catalog of these lines by section, in a file. */
export function writeCatalog(path: string, sections: Readonly<Record<string, readonly string[]>>): void {
  const lines = Object.entries(sections).flatMap(([section, entries]) => [
    `${section}:`,
    ...entries.map((entry) => `  ${entry}`),
  ]);
  writeFileSync(path, `${lines.join('\n')}\n`);
}
