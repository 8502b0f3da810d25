import { startPostgis } from '../postgis/postgis.ts';
import { startRedis } from '../redis/redis.ts';

/** A server that tests may use. */
export interface ServerForTests {
  readonly url: string;
  /** Ends the server if it was started for the tests. */
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The server that `REDIS_URL` names, else a private one. This package reads the environment itself,
 * as tests have no `main`. A server of `REDIS_URL` may hold other data: tests must use a prefix of
 * their own.
 */
export function redisForTests(environment: Environment = process.env): Promise<ServerForTests> {
  return namedOr(environment['REDIS_URL'], startRedis);
}

/**
 * The server that `POSTGIS_URL` names, else a private one: a database that has the extension
 * PostGIS, in which the user may create schemas. It may hold other data: tests must use a schema of
 * their own.
 */
export function postgisForTests(environment: Environment = process.env): Promise<ServerForTests> {
  return namedOr(environment['POSTGIS_URL'], startPostgis);
}

async function namedOr(url: string | undefined, start: () => Promise<ServerForTests>): Promise<ServerForTests> {
  return url ? { url, stop: async () => undefined } : start();
}
