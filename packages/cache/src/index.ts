export {
  type ArchiveLine,
  type ArchiveWriter,
  type ArchiveWriterOptions,
  archiveState,
  openArchiveWriter,
  readArchive,
} from './archive/archive.ts';
export type { LineOptions } from './archive/lines.ts';
export type { ArchiveRecord } from './archive/record.ts';
export { archiveStreamWriter } from './archive/stream-writer.ts';
export { boundedStore } from './bounded-store.ts';
export { decodeEntry, decodeHeader, type Entry, type EntryHeader, encodeEntry, entryHeaderBytes } from './entry.ts';
export type { Drawer, DrawerSetOptions, Drawers } from './job-cache/drawers.ts';
export {
  type JobCache,
  type JobCacheOptions,
  type JobCacheSetOptions,
  KeyNotFoundError,
  NoJobCacheError,
  noJobCache,
  openJobCache,
} from './job-cache/job-cache.ts';
export { type RedisDrawersOptions, redisDrawers } from './job-cache/redis-drawers.ts';
export { storeDrawers } from './job-cache/store-drawers.ts';
export { drawnPrefix, fingerprint, parseResultKey, type ResultKeyParts, resultKey } from './key.ts';
export { type LayeredStoreOptions, layeredStore } from './layered.ts';
export type { Layer } from './layers.ts';
export { type Ledger, memoryLedger } from './ledger.ts';
export { type OpenStoreOptions, openStore, storeUrls } from './open-store.ts';
export { type RedisLedgerOptions, redisLedger } from './redis-ledger.ts';
export { type RedisServer, type RedisServerFigures, redisServers } from './redis-server.ts';
export type { Database, RowOptions, RowsOptions } from './refreshing/database-reads.ts';
export type { RefreshOutcome } from './refreshing/fetching.ts';
export type { AboutRead, NotKept, ReadOptions, ReadStatus, TaskOptions } from './refreshing/options.ts';
export type { RefreshingCacheStats } from './refreshing/parts.ts';
export { type Codec, fromJson, type Json, plainDataCodec, toJson } from './refreshing/plain-data.ts';
export { type ProcessQueue, type ProcessQueueOptions, processQueue } from './refreshing/process-queue.ts';
export type { Peeked, ReadAnswer, ReadOverrides, RefreshingRead, SetValueOptions } from './refreshing/read.ts';
export type { RefreshJob, RefreshQueue } from './refreshing/refresh-job.ts';
export { type RefreshingCache, type RefreshingCacheOptions, refreshingCache } from './refreshing/refreshing.ts';
export { countResults, type Removal, type RemovalOptions, removeResults } from './remove.ts';
export { openResultStore, type ResultStoreOptions } from './result-store.ts';
export {
  type Redeemed,
  type ResultCache,
  type ResultCacheOptions,
  type ResultCacheStats,
  resultCache,
  type Ticket,
  type WriteOptions,
} from './results.ts';
export { type ResultSelection, type SelectedResult, selectionPrefix } from './selection.ts';
export { type SplitStoreOptions, splitStore } from './split-store.ts';
export {
  type Clock,
  checkKey,
  type Fence,
  type FencedWriteOptions,
  type Lease,
  maxKeyLength,
  type SetOptions,
  type Store,
  StoreError,
} from './store.ts';
export { type FileStoreOptions, fileStore } from './stores/files.ts';
export { type MemoryStoreOptions, memoryStore } from './stores/memory.ts';
export { connectRedis, type RedisConnection, redisStore } from './stores/redis.ts';
export {
  addGroups,
  type ListedResult,
  listResults,
  type ResultStanding,
  type SurveyGroup,
  type SurveyJudging,
  type SurveyOptions,
  surveyResults,
} from './survey.ts';
