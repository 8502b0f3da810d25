import { startContainer, stopping } from '../server/container.ts';
import { freePort } from '../server/free-port.ts';
import type { PrivatePostgis } from './private-postgis.ts';

const image = 'postgis/postgis:16-3.4';
const advice =
  'No PostGIS can be started: there is no PostgreSQL with PostGIS on the PATH, in /usr/lib/postgresql or in .catchment/postgis, ' +
  'and no container can be run (Docker). Run `npm test` once, which fetches one, or give the URL of a server (POSTGIS_URL).';

/** The same server in a container. */
export async function startInContainer(password: string): Promise<PrivatePostgis> {
  const container = await startContainer({
    describe: async ({ GenericContainer, Wait }) =>
      new GenericContainer(image)
        .withEnvironment({ POSTGRES_PASSWORD: password })
        .withExposedPorts({ container: 5432, host: await freePort() })
        // The image starts the server once to set it up, and then for good.
        .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2)),
    advice,
  });
  const port = container.getMappedPort(5432);
  const stop = stopping(container);
  return {
    url: `postgresql://postgres:${password}@${container.getHost()}:${port}/postgres`,
    port,
    crash: async () => {
      await container.stop({ timeout: 0, remove: false });
    },
    restart: () => container.restart(),
    stop: () => stop(0),
  };
}
