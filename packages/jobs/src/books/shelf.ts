import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import type { Queues } from '../queues.ts';
import { type Script, scriptsOn } from '../script.ts';

/**
 * The result documents that clients read later. Each is stored once, under the hash of its content,
 * however many jobs point to it. It stays for the retention of the last job that put or kept it,
 * unless all documents together exceed the limit. Then the documents that would expire first are
 * deleted first.
 */
export interface Shelf {
  /** Stores the bytes, if they are not there yet, and resolves to their hash. */
  put(bytes: Uint8Array): Promise<string>;
  get(hash: string): Promise<Uint8Array | undefined>;
  /** The bytes as they are stored, for a caller that passes them on. */
  getStored(hash: string): Promise<Shelved | undefined>;
  /** Keeps a document for a full retention from now. False: it is gone. */
  keep(hash: string): Promise<boolean>;
  /** Stores bytes that are new, without a look whether they are there. */
  putNew(bytes: Uint8Array): Promise<string>;
  /**
   * Stores an area that was drawn under its fingerprint, for maps of the results. It stays half as
   * long as a result of the same time, so areas are deleted for want of room before results are.
   */
  putDrawn(fingerprint: string, area: Uint8Array): Promise<void>;
  getDrawn(fingerprint: string): Promise<Uint8Array | undefined>;
  /** Stores the names of the areas that were drawn for a request, for as long. */
  putNames(request: string, names: Uint8Array): Promise<void>;
  getNames(request: string): Promise<Uint8Array | undefined>;
}

/** A document as it is stored. */
export interface Shelved {
  readonly bytes: Uint8Array;
  /** The packing of the bytes; undefined: none. */
  readonly encoding: 'gzip' | undefined;
}

/** The least bytes of a document that is packed. */
const packedFromBytes = 16 * 1024;

/**
 * KEYS: the document, the times of expiry, the sizes, the total size. ARGV: hash, expiry (epoch
 * milliseconds), seconds until then.
 */
const keepScript: Script = {
  name: 'keep-on-shelf',
  lua: `
if redis.call('EXPIRE', KEYS[1], ARGV[3]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], 'XX', ARGV[2], ARGV[1])
return 1`,
};

const strike = `
local function strike(hash)
  redis.call('ZREM', KEYS[2], hash)
  local bytes = redis.call('HGET', KEYS[3], hash)
  redis.call('HDEL', KEYS[3], hash)
  return redis.call('DECRBY', KEYS[4], bytes or 0)
end`;

/** The same KEYS. ARGV: also the limit, the prefix of the documents' keys, the document. */
const putScript: Script = {
  name: 'put-on-shelf',
  lua: `${strike}
if #ARGV[6] > tonumber(ARGV[4]) then return 0 end
redis.call('SET', KEYS[1], ARGV[6], 'EX', ARGV[3])
if redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1]) == 0 then return 1 end
redis.call('HSET', KEYS[3], ARGV[1], #ARGV[6])
local total = redis.call('INCRBY', KEYS[4], #ARGV[6])
while total > tonumber(ARGV[4]) do
  local first = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  if not first then break end
  redis.call('UNLINK', ARGV[5] .. first)
  total = strike(first)
end
return 1`,
};

/**
 * Strikes documents that have expired from the books. The same KEYS. ARGV: now, the most of them.
 */
const tidyScript: Script = {
  name: 'tidy-shelf',
  lua: `${strike}
local expired = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, hash in ipairs(expired) do strike(hash) end
return #expired`,
};

export interface ShelfOptions {
  /** The most bytes of all documents together, as they are stored. */
  readonly mostBytes: number;
  /** Epoch milliseconds. */
  readonly clock?: () => number;
}

export function openShelf(
  { redis, key, retentionSeconds }: Queues,
  { mostBytes, clock = Date.now }: ShelfOptions,
): Shelf {
  // A request that points to a document may end later than the one that put it there. The shelf
  // keeps documents longer than jobs.
  const seconds = 2 * retentionSeconds;
  const keysOf = (hash: string) => [key('shelf', hash), ...books.map((book) => key('shelved', book))];
  const endAfter = (some: number) => clock() + 1000 * some;
  const call = scriptsOn(redis, { keep: keepScript, put: putScript });
  const keep = async (hash: string) => (await call.keep(keysOf(hash), [hash, endAfter(seconds), seconds])) === 1;
  const put = async (name: string, bytes: Uint8Array, stays = seconds) => {
    const stored = asBuffer(bytes.length < packedFromBytes ? bytes : await pack(bytes, { level }));
    await call.put(keysOf(name), [name, endAfter(stays), stays, mostBytes, key('shelf', ''), stored]);
    return name;
  };
  const getStored = async (hash: string): Promise<Shelved | undefined> => {
    const bytes = await redis.getBuffer(key('shelf', hash));
    return bytes ? { bytes, encoding: isPacked(bytes) ? 'gzip' : undefined } : undefined;
  };
  const get = async (name: string) => {
    const stored = await getStored(name);
    return stored && unpacked(stored);
  };
  return {
    put: async (bytes) => {
      const hash = hashOf(bytes);
      return (await keep(hash)) ? hash : put(hash, bytes);
    },
    putNew: async (bytes) => put(hashOf(bytes), bytes),
    putDrawn: async (fingerprint, area) => void (await put(drawnName(fingerprint), area, retentionSeconds)),
    getDrawn: (fingerprint) => get(drawnName(fingerprint)),
    putNames: async (request, names) => void (await put(namesName(request), names, retentionSeconds)),
    getNames: (request) => get(namesName(request)),
    get,
    getStored,
    keep,
  };
}

/** Strikes documents that have expired from the books of the shelf, some at a time. */
export async function tidyShelf({ redis, key }: Queues, now: number): Promise<void> {
  const { tidy } = scriptsOn(redis, { tidy: tidyScript });
  const keys = [key('shelf', ''), ...books.map((book) => key('shelved', book))];
  while (((await tidy(keys, [now, mostTidied])) as number) === mostTidied);
}

const books = ['ends', 'bytes', 'total'] as const;
const mostTidied = 1000;

function drawnName(fingerprint: string): string {
  return `drawn-${fingerprint}`;
}

function namesName(request: string): string {
  return `names-${request}`;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 40);
}

/** The document itself. */
export async function unpacked({ bytes, encoding }: Shelved): Promise<Uint8Array> {
  return encoding === undefined ? bytes : unpack(bytes);
}

/**
 * The level of compression that browsers unpack. Documents repeat themselves so much that more
 * effort saves little.
 */
const level = constants.Z_BEST_SPEED;
const [pack, unpack] = [promisify<Uint8Array, { level: number }, Buffer>(gzip), promisify<Uint8Array, Buffer>(gunzip)];

/** Whether bytes are packed. Documents are JSON, which begins with another byte. */
function isPacked(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
