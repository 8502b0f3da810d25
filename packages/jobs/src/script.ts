import type { RedisClient } from '@cellshed/redis';

/** A Lua script, under a name that no other has. */
export interface Script {
  readonly name: string;
  readonly lua: string;
}

type Value = string | number | Buffer;

/** A script as it is called: with its keys, and its other arguments. */
export type Call = (keys: readonly string[], args: readonly Value[]) => Promise<unknown>;

/**
 * Makes scripts callable over a connection, by the names of the record. Redis is sent the text of a
 * script once, and its hash from then on.
 */
export function scriptsOn<Name extends string>(
  redis: RedisClient,
  scripts: Readonly<Record<Name, Script>>,
): Record<Name, Call> {
  const calls = Object.entries<Script>(scripts).map(([called, { name, lua }]) => {
    const command = `catchment-${name}`;
    redis.defineCommand(command, { lua });
    const run = (redis as unknown as Record<string, (...args: Value[]) => Promise<unknown>>)[command];
    const call: Call = (keys, args) => (run as NonNullable<typeof run>).call(redis, keys.length, ...keys, ...args);
    return [called, call];
  });
  return Object.fromEntries(calls);
}
