export type { Database, RowOptions, RowsOptions } from './database-reads.ts';
export type { RefreshOutcome } from './fetching/wanted.ts';
export type { RefreshingCacheStats } from './parts.ts';
export { type ProcessQueue, type ProcessQueueOptions, processQueue } from './queues/process-queue.ts';
export type { RefreshJob, RefreshQueue } from './queues/refresh-job.ts';
export type { Peeked, ReadAnswer, ReadOverrides, RefreshingRead, SetValueOptions } from './read.ts';
export type { AboutRead, NotKept, ReadOptions, ReadStatus, TaskOptions } from './read-options.ts';
export { type RefreshingCache, type RefreshingCacheOptions, refreshingCache } from './refreshing.ts';
export { type Codec, fromJson, type Json, plainDataCodec, toJson } from './stored/plain-data.ts';
