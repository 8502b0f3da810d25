import { createHash } from 'node:crypto';
import type { Queues } from './queues.ts';

/**
 * Result documents that clients read later. Each lies under the hash of its content, once, however
 * many jobs point to it, and stays for the retention of the last job that put or kept it.
 */
export interface Shelf {
  /** Lays the bytes down, if they are not there, and answers their hash. */
  put(bytes: Uint8Array): Promise<string>;
  get(hash: string): Promise<Uint8Array | undefined>;
  /** Makes them stay for a full retention from now; false: they are gone. */
  keep(hash: string): Promise<boolean>;
}

export function openShelf({ redis, key, retentionSeconds }: Queues): Shelf {
  // Jobs are removed only when another one ends, and a job may wait before it runs: the shelf outlives them.
  const seconds = 2 * retentionSeconds;
  const keep = async (hash: string) => (await redis.expire(key('shelf', hash), seconds)) === 1;
  return {
    put: async (bytes) => {
      const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 40);
      if (!(await keep(hash))) await redis.set(key('shelf', hash), asBuffer(bytes), 'EX', seconds);
      return hash;
    },
    get: async (hash) => (await redis.getBuffer(key('shelf', hash))) ?? undefined,
    keep,
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
