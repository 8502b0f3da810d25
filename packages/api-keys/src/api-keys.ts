import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Redis } from 'ioredis';

/** What a key may do: each scope includes those before it. */
export const scopes = ['read', 'execute', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** A key as it is kept, without what it takes to use it. */
export interface ApiKey {
  /** Part of the key, by which it is listed and revoked. */
  readonly id: string;
  /** Whose it is, or what for, in the operator's words. */
  readonly name: string;
  readonly scope: Scope;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export interface ApiKeys {
  /** Makes a key, which nobody can be shown again. */
  make(about: Pick<ApiKey, 'name' | 'scope'>): Promise<ApiKey & { readonly key: string }>;
  /** All there are, the oldest first. */
  list(): Promise<readonly ApiKey[]>;
  /** Whether there was such a key. */
  revoke(id: string): Promise<boolean>;
  /** What is kept of a key; undefined: there is no such key. */
  find(key: string): Promise<ApiKey | undefined>;
}

type Kept = Omit<ApiKey, 'id'> & { readonly hash: string };

const form = /^catchment_([0-9a-f]{12})_([\w-]{43})$/;

/** Whether a text is written as keys are. */
export function isApiKey(text: string): boolean {
  return form.test(text);
}

/** The keys in the Redis hash `name`. */
export function openApiKeys(
  redis: Pick<Redis, 'hget' | 'hgetall' | 'hset' | 'hdel'>,
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

/** Of 256 random bits: nobody finds them by trying, so the hash need not be slow. */
function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
