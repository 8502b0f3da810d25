import type { PrivateRedis } from './local-redis.ts';
import { configArguments, type Settings } from './settings.ts';

const image = 'redis:7-alpine';

/**
 * The same server in a container, for machines that have Docker and no Redis. Which address it is
 * published on is Docker's to say, and Docker's reaper ends it when this process dies. Its data
 * stay in it unless `dataDir` was given.
 */
export async function startContainer({ config, dataDir, temporary, port }: Settings): Promise<PrivateRedis> {
  const container = await start({ config, dataDir, temporary, port }).catch((cause: unknown) => {
    const message =
      'No Redis can be started: there is no redis-server or valkey-server on the PATH or in .catchment/redis, ' +
      'and no container can be run (Docker). Install one of them, or give the URL of a server.';
    throw new Error(message, { cause });
  });
  let stopped: Promise<unknown> | undefined;
  const stop = async (timeout: number) => {
    stopped ??= container.stop({ timeout });
    await stopped;
  };
  const mapped = container.getMappedPort(6379);
  return {
    url: `redis://${container.getHost()}:${mapped}`,
    port: mapped,
    pid: undefined,
    stop: () => stop(5_000),
    kill: () => stop(0),
  };
}

async function start({ config, dataDir, temporary, port }: Settings) {
  const { GenericContainer } = await import('testcontainers');
  const container = new GenericContainer(image)
    .withCommand(['redis-server', ...configArguments(config)])
    .withExposedPorts(port === undefined ? 6379 : { container: 6379, host: port });
  return (temporary ? container : container.withBindMounts([{ source: dataDir, target: '/data' }])).start();
}
