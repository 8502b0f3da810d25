import { freePort } from './free-port.ts';
import type { PrivatePostgis } from './local-postgis.ts';

const image = 'postgis/postgis:16-3.4';

/**
 * The same server in a container, for machines that have Docker and no PostGIS. Docker's reaper
 * ends it when this process dies.
 */
export async function startContainer(password: string): Promise<PrivatePostgis> {
  const container = await start(password).catch((cause: unknown) => {
    const message =
      'No PostGIS can be started: there is no PostgreSQL with PostGIS on the PATH, in /usr/lib/postgresql or in .catchment/postgis, ' +
      'and no container can be run (Docker). Run `npm test` once, which fetches one, or give the URL of a server (POSTGIS_URL).';
    throw new Error(message, { cause });
  });
  const port = container.getMappedPort(5432);
  let stopped: Promise<unknown> | undefined;
  return {
    url: `postgresql://postgres:${password}@${container.getHost()}:${port}/postgres`,
    port,
    crash: async () => {
      await container.stop({ timeout: 0, remove: false });
    },
    restart: () => container.restart(),
    stop: async () => {
      stopped ??= container.stop({ timeout: 0 });
      await stopped;
    },
  };
}

async function start(password: string) {
  const { GenericContainer, Wait } = await import('testcontainers');
  // The image starts the server once to set it up, and then for good.
  const ready = Wait.forLogMessage(/database system is ready to accept connections/, 2);
  return new GenericContainer(image)
    .withEnvironment({ POSTGRES_PASSWORD: password })
    .withExposedPorts({ container: 5432, host: await freePort() })
    .withWaitStrategy(ready)
    .start();
}
