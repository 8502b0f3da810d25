import { type RedisOptions, startRedis } from './local-redis.ts';

/** A server that tests may use, theirs or not. */
export interface RedisForTests {
  readonly url: string;
  /** Ends the server if it was started for the tests. */
  stop(): Promise<void>;
}

/**
 * The server that `REDIS_URL` names, else a private one. The one package that looks at the
 * environment by itself, as tests have no `main` to do it for them. A server of `REDIS_URL` may
 * hold other data: tests must use a prefix of their own.
 */
export async function redisForTests(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  options: RedisOptions = {},
): Promise<RedisForTests> {
  const url = environment['REDIS_URL'];
  return url ? { url, stop: async () => undefined } : startRedis(options);
}
