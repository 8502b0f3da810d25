import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import type { Queues } from './queues.ts';

/**
 * Result documents that clients read later. Each lies under the hash of its content, once, however
 * many jobs point to it, and stays for the retention of the last job that put or kept it: unless
 * all of them together take more than the shelf holds. Then those go first that would go first by
 * themselves.
 */
export interface Shelf {
  /** Lays the bytes down, if they are not there, and answers their hash. */
  put(bytes: Uint8Array): Promise<string>;
  get(hash: string): Promise<Uint8Array | undefined>;
  /** The same as it lies there, for whoever passes it on. */
  getStored(hash: string): Promise<Shelved | undefined>;
  /** Makes them stay for a full retention from now; false: they are gone. */
  keep(hash: string): Promise<boolean>;
}

/** A document as it lies on the shelf. */
export interface Shelved {
  readonly bytes: Uint8Array;
  /** How the bytes are packed; undefined: not at all. */
  readonly encoding: 'gzip' | undefined;
}

/** Documents of at least so many bytes are packed. */
const packedFromBytes = 16 * 1024;

/**
 * KEYS: the document, when each goes, its bytes, the bytes of all. ARGV: hash, when it goes (epoch
 * milliseconds), seconds until then.
 */
const keepScript = `
if redis.call('EXPIRE', KEYS[1], ARGV[3]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], 'XX', ARGV[2], ARGV[1])
return 1`;

/**
 * As above. ARGV: also the limit, the beginning of the documents' keys, bytes. Documents that are
 * gone are struck off, some at a time.
 */
const putScript = `
if #ARGV[6] > tonumber(ARGV[4]) then return 0 end
local function strike(hash)
  redis.call('ZREM', KEYS[2], hash)
  local bytes = redis.call('HGET', KEYS[3], hash)
  redis.call('HDEL', KEYS[3], hash)
  return redis.call('DECRBY', KEYS[4], bytes or 0)
end
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[2] - 1000 * ARGV[3], 'LIMIT', 0, 10)) do strike(gone) end
if redis.call('HEXISTS', KEYS[3], ARGV[1]) == 1 then strike(ARGV[1]) end
redis.call('SET', KEYS[1], ARGV[6], 'EX', ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('HSET', KEYS[3], ARGV[1], #ARGV[6])
local total = redis.call('INCRBY', KEYS[4], #ARGV[6])
while total > tonumber(ARGV[4]) do
  local first = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  if not first then break end
  redis.call('UNLINK', ARGV[5] .. first)
  total = strike(first)
end
return 1`;

export interface ShelfOptions {
  /** Of all documents together, as they lie there. */
  readonly mostBytes: number;
  /** Epoch milliseconds. */
  readonly clock?: () => number;
}

export function openShelf(
  { redis, key, retentionSeconds }: Queues,
  { mostBytes, clock = Date.now }: ShelfOptions,
): Shelf {
  // Jobs are removed only when another one ends, and a job may wait before it runs: the shelf
  // outlives them.
  const seconds = 2 * retentionSeconds;
  const keysOf = (hash: string) => [
    key('shelf', hash),
    ...['ends', 'bytes', 'total'].map((part) => key('shelved', part)),
  ];
  const ends = () => clock() + 1000 * seconds;
  const keep = async (hash: string) => (await redis.eval(keepScript, 4, ...keysOf(hash), hash, ends(), seconds)) === 1;
  const getStored = async (hash: string): Promise<Shelved | undefined> => {
    const bytes = await redis.getBuffer(key('shelf', hash));
    return bytes ? { bytes, encoding: isPacked(bytes) ? 'gzip' : undefined } : undefined;
  };
  return {
    put: async (bytes) => {
      const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 40);
      if (await keep(hash)) return hash;
      const stored = asBuffer(bytes.length < packedFromBytes ? bytes : await pack(bytes, { level }));
      await redis.eval(putScript, 4, ...keysOf(hash), hash, ends(), seconds, mostBytes, key('shelf', ''), stored);
      return hash;
    },
    get: async (hash) => {
      const stored = await getStored(hash);
      return stored && unpacked(stored);
    },
    getStored,
    keep,
  };
}

/** The document itself. */
export async function unpacked({ bytes, encoding }: Shelved): Promise<Uint8Array> {
  return encoding === undefined ? bytes : unpack(bytes);
}

/**
 * As browsers unpack it. Documents have much in common with themselves: more effort makes them
 * little smaller.
 */
const level = constants.Z_BEST_SPEED;
const [pack, unpack] = [promisify<Uint8Array, { level: number }, Buffer>(gzip), promisify<Uint8Array, Buffer>(gunzip)];

/** Documents are JSON, which begins with another byte. */
function isPacked(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
