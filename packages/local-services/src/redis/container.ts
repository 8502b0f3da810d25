import { startContainer, stopping } from '../server/container.ts';
import type { PrivateRedis } from './private-redis.ts';
import { configArguments, type Settings } from './settings.ts';

const image = 'redis:7-alpine';
const advice =
  'No Redis can be started: there is no redis-server or valkey-server on the PATH or in .catchment/redis, ' +
  'and no container can be run (Docker). Install one of them, or give the URL of a server.';

/**
 * The same server in a container. Docker decides on which address it is published. Its data stay in
 * it unless `dataDir` was given.
 */
export async function startInContainer({ config, dataDir, temporary, port }: Settings): Promise<PrivateRedis> {
  const container = await startContainer({
    describe: ({ GenericContainer }) => {
      const one = new GenericContainer(image)
        .withCommand(['redis-server', ...configArguments(config)])
        .withExposedPorts(port === undefined ? 6379 : { container: 6379, host: port });
      return temporary ? one : one.withBindMounts([{ source: dataDir, target: '/data' }]);
    },
    advice,
  });
  const stop = stopping(container);
  const mapped = container.getMappedPort(6379);
  return {
    url: `redis://${container.getHost()}:${mapped}`,
    port: mapped,
    pid: undefined,
    stop: () => stop(5_000),
    kill: () => stop(0),
  };
}
