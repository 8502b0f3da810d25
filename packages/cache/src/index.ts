export { decodeEntry, decodeHeader, type Entry, type EntryHeader, encodeEntry, entryHeaderBytes } from './entry.ts';
export { fingerprint, type ResultKeyParts, resultKey } from './key.ts';
export { type OpenStoreOptions, openStore } from './open-store.ts';
export {
  type Redeemed,
  type ResultCache,
  type ResultCacheOptions,
  type ResultCacheStats,
  resultCache,
  type Ticket,
  type WriteOptions,
} from './results.ts';
export { type Clock, checkKey, maxKeyLength, type SetOptions, type Store, StoreError } from './store.ts';
export { type FileStoreOptions, fileStore } from './stores/files.ts';
export { type MemoryStoreOptions, memoryStore } from './stores/memory.ts';
export { connectRedis, type RedisConnection, redisStore } from './stores/redis.ts';
