import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RedisClient } from '@cellshed/redis';

/** The scopes of keys: each scope includes those before it. */
export const scopes = ['read', 'execute', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** A stored key, without its secret. */
export interface ApiKey {
  /** The part of the key by which it is listed and revoked. */
  readonly id: string;
  /** The owner or the purpose, in the operator's words. */
  readonly name: string;
  readonly scope: Scope;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export interface ApiKeys {
  /** Makes a key. It can never be shown again. */
  make(about: Pick<ApiKey, 'name' | 'scope'>): Promise<ApiKey & { readonly key: string }>;
  /** All keys, the oldest first. */
  list(): Promise<readonly ApiKey[]>;
  /** Deletes a key. Resolves to false if there was no such key. */
  revoke(id: string): Promise<boolean>;
  /** The stored part of a key; undefined if there is no such key. */
  find(key: string): Promise<ApiKey | undefined>;
}

type Kept = Omit<ApiKey, 'id'> & { readonly hash: string };

const form = /^catchment_([0-9a-f]{12})_([\w-]{43})$/;

/** Whether a text has the form of a key. */
export function isApiKey(text: string): boolean {
  return form.test(text);
}

/** The keys in the Redis hash `name`. */
export function openApiKeys(
  redis: Pick<RedisClient, 'hget' | 'hgetall' | 'hset' | 'hdel'>,
  name: string,
  clock: () => number = Date.now,
): ApiKeys {
  return {
    async make(about) {
      const [id, secret] = [randomBytes(6).toString('hex'), randomBytes(32).toString('base64url')];
      const kept: Kept = { ...about, createdAt: clock(), hash: hashOf(secret).toString('hex') };
      await redis.hset(name, id, JSON.stringify(kept));
      return { id, ...about, createdAt: kept.createdAt, key: `catchment_${id}_${secret}` };
    },
    async list() {
      const all = Object.entries(await redis.hgetall(name)).map(([id, text]) => keyOf(id, read(text)));
      return all.sort((a, b) => a.createdAt - b.createdAt);
    },
    revoke: async (id) => (await redis.hdel(name, id)) > 0,
    async find(key) {
      const [, id, secret] = form.exec(key) ?? [];
      if (id === undefined || secret === undefined) return undefined;
      const text = await redis.hget(name, id);
      if (text === null) return undefined;
      const kept = read(text);
      return timingSafeEqual(Buffer.from(kept.hash, 'hex'), hashOf(secret)) ? keyOf(id, kept) : undefined;
    },
  };
}

function read(text: string): Kept {
  return JSON.parse(text);
}

function keyOf(id: string, { name, scope, createdAt }: Kept): ApiKey {
  return { id, name, scope, createdAt };
}

/**
 * The hash of a secret. A secret has 256 random bits, so nobody can guess it and the hash may be
 * fast.
 */
function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
