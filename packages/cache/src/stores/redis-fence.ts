import { hash, randomUUID } from 'node:crypto';
import { epochMilliseconds } from './process-fence.ts';
import type { Fence } from './store.ts';

/** A script and the name under which the server keeps it once it has seen it. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

/** The commands of the server that has the keys. */
export interface FenceCommands {
  get(name: string): Promise<string | null>;
  run(script: Script, names: string[], args: (string | number | Buffer)[]): Promise<unknown>;
}

/** KEYS: lease. ARGV: holder, milliseconds. */
const take = script(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`);

/** KEYS: lease. ARGV: holder. */
const release = script(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`);

/**
 * KEYS: value, epoch. ARGV: epoch, entry, milliseconds to live ('' for ever), '1' if absent. Of an
 * entry it knows the header (`entry.ts`): which bytes it begins with, its CRC-32 at byte 4 and the
 * time when it was started at byte 24.
 */
const write = script(`
local function startedAt(entry)
  local magic = entry:sub(1, 4)
  if #entry < 72 or (magic ~= 'CTE1' and magic ~= 'CTEZ') then return nil end
  local crc = -1
  for i = 9, 72 do
    crc = bit.bxor(crc, entry:byte(i))
    for _ = 1, 8 do
      crc = bit.bxor(bit.rshift(crc, 1), bit.band(0xEDB88320, -bit.band(crc, 1)))
    end
  end
  if bit.bnot(crc) ~= bit.tobit(struct.unpack('>I4', entry:sub(5, 8))) then return nil end
  return struct.unpack('>d', entry:sub(25, 32))
end
if (redis.call('GET', KEYS[2]) or '') ~= ARGV[1] then return 0 end
if redis.call('EXISTS', KEYS[1]) == 1 then
  if ARGV[4] == '1' then return 0 end
  local old, new = startedAt(redis.call('GETRANGE', KEYS[1], 0, 71)), startedAt(ARGV[2])
  if old and new and old > new then return 0 end
end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1`);

/**
 * KEYS: epoch. ARGV: new epoch, milliseconds to remember it. A script that has deleted something
 * may write into a Redis that is full, and an entry of a full Redis must not stay for want of room.
 */
const move = script(`
local left = redis.call('PTTL', KEYS[1])
redis.call('UNLINK', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1], 'PX', math.max(ARGV[2], left))
return 1`);

/** KEYS: value, epoch. ARGV: new epoch, milliseconds to remember it. Deletes first, as `move`. */
const remove = script(`
local removed = redis.call('UNLINK', KEYS[1])
redis.call('SET', KEYS[2], ARGV[1], 'PX', math.max(ARGV[2], redis.call('PTTL', KEYS[2])))
return removed`);

/**
 * Leases are called `{name}:lease:<lease>`, the epoch `{name}:epoch`, so that they are in the slot
 * of the value called `name`. Each step is one script, or one command.
 */
export function redisFence({ get, run }: FenceCommands, nameOf: (key: string) => string): Fence {
  const leaseOf = (key: string, name: string) => `{${nameOf(key)}}:lease:${name}`;
  const epochOf = (key: string) => `{${nameOf(key)}}:epoch`;
  const ask = async (script: Script, keys: string[], args: (string | number | Buffer)[]) =>
    (await run(script, keys, args)) === 1;
  return {
    reach: 'cluster',
    take: (key, { name, holder, milliseconds }) => ask(take, [leaseOf(key, name)], [holder, Math.ceil(milliseconds)]),
    release: async (key, { name, holder }) => {
      await ask(release, [leaseOf(key, name)], [holder]);
    },
    epoch: async (key) => (await get(epochOf(key))) ?? '',
    move: async (key, { rememberMilliseconds = epochMilliseconds } = {}) => {
      const epoch = randomUUID();
      await ask(move, [epochOf(key)], [epoch, rememberMilliseconds]);
      return epoch;
    },
    write: (key, entry, { epoch, ifAbsent = false, ttlMilliseconds }) => {
      const bytes = Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength);
      const ttl = ttlMilliseconds === undefined ? '' : Math.ceil(ttlMilliseconds);
      return ask(write, [nameOf(key), epochOf(key)], [epoch, bytes, ttl, ifAbsent ? '1' : '0']);
    },
    remove: (key, { rememberMilliseconds = epochMilliseconds } = {}) =>
      ask(remove, [nameOf(key), epochOf(key)], [randomUUID(), rememberMilliseconds]),
  };
}

function script(text: string): Script {
  return { text, sha1: hash('sha1', text, 'hex') };
}
