import { randomUUID } from 'node:crypto';
import { epochMilliseconds } from '../process-fence.ts';
import type { Fence } from '../store.ts';

/** What is asked of the server that has the keys. */
export interface FenceCommands {
  get(name: string): Promise<string | null>;
  set(name: string, text: string, milliseconds: number): Promise<unknown>;
  run(script: string, names: string[], args: (string | number | Buffer)[]): Promise<unknown>;
}

/** KEYS: lease. ARGV: holder, milliseconds. */
const take = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** KEYS: lease. ARGV: holder. */
const release = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`;

/**
 * KEYS: value, epoch. ARGV: epoch, entry, milliseconds to live ('' for ever), '1' if absent. An entry of ours begins with CTE, and
 * has the time when it was started at byte 24 (`entry.ts`).
 */
const write = `
if (redis.call('GET', KEYS[2]) or '') ~= ARGV[1] then return 0 end
local there = redis.call('GETRANGE', KEYS[1], 0, 71)
if ARGV[4] == '1' and (#there > 0 or redis.call('EXISTS', KEYS[1]) == 1) then return 0 end
if #there == 72 and there:sub(1, 3) == 'CTE' and struct.unpack('>d', there:sub(25, 32)) > struct.unpack('>d', ARGV[2]:sub(25, 32)) then return 0 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1`;

/** KEYS: value, epoch. ARGV: new epoch, milliseconds to remember it. */
const remove = `
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return redis.call('UNLINK', KEYS[1])`;

/**
 * Leases are called `{name}:lease:<lease>`, the epoch `{name}:epoch`, so that they lie in the slot of the value called `name`. Each
 * step is one script, or one command.
 */
export function redisFence({ get, set, run }: FenceCommands, nameOf: (key: string) => string): Fence {
  const leaseOf = (key: string, name: string) => `{${nameOf(key)}}:lease:${name}`;
  const epochOf = (key: string) => `{${nameOf(key)}}:epoch`;
  const ask = async (script: string, keys: string[], args: (string | number | Buffer)[]) =>
    (await run(script, keys, args)) === 1;
  return {
    reach: 'cluster',
    take: (key, { name, holder, milliseconds }) => ask(take, [leaseOf(key, name)], [holder, Math.ceil(milliseconds)]),
    release: async (key, { name, holder }) => {
      await ask(release, [leaseOf(key, name)], [holder]);
    },
    epoch: async (key) => (await get(epochOf(key))) ?? '',
    move: async (key) => {
      const epoch = randomUUID();
      await set(epochOf(key), epoch, epochMilliseconds);
      return epoch;
    },
    write: (key, entry, { epoch, ifAbsent = false, ttlMilliseconds }) => {
      const bytes = Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength);
      const ttl = ttlMilliseconds === undefined ? '' : Math.ceil(ttlMilliseconds);
      return ask(write, [nameOf(key), epochOf(key)], [epoch, bytes, ttl, ifAbsent ? '1' : '0']);
    },
    remove: (key) => ask(remove, [nameOf(key), epochOf(key)], [randomUUID(), epochMilliseconds]),
  };
}
