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
export {
  decodeEntry,
  decodeHeader,
  type Entry,
  type EntryHeader,
  encodeEntry,
  entryHeaderBytes,
  type PackedEntry,
} from './entry.ts';
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
export { boundedStore } from './layers/bounded-store.ts';
export { type LayeredStoreOptions, layeredStore } from './layers/layered.ts';
export type { Layer } from './layers/layers.ts';
export { type Ledger, memoryLedger } from './layers/ledger.ts';
export { type RedisLedgerOptions, redisLedger } from './layers/redis-ledger.ts';
export { type SplitStoreOptions, splitStore } from './layers/split-store.ts';
export {
  isInProcess,
  type OpenStoreOptions,
  openStore,
  type StoreFolder,
  storeFolders,
  storeUrls,
} from './open-store.ts';
export { openResultStore, type ResultStoreOptions } from './result-store.ts';
export { drawnPrefix, fingerprint, parseResultKey, type ResultKeyParts, resultKey } from './results/key.ts';
export { countResults, type Removal, type RemovalOptions, removeResults } from './results/remove.ts';
export {
  type Redeemed,
  type ResultCache,
  type ResultCacheOptions,
  type ResultCacheStats,
  resultCache,
  type Ticket,
  unknownEpoch,
  type WriteOptions,
} from './results/results.ts';
export { type ResultSelection, type SelectedResult, selectionPrefix } from './results/selection.ts';
export {
  addGroups,
  type ListedResult,
  listResults,
  type ResultStanding,
  type SurveyGroup,
  type SurveyJudging,
  type SurveyOptions,
  surveyResults,
} from './results/survey.ts';
export { answeredWithin } from './stores/answered-within.ts';
export { type FileStoreOptions, fileStore } from './stores/files.ts';
export { type MemoryStoreOptions, memoryStore } from './stores/memory.ts';
export { connectRedis, type RedisConnection, redisStore } from './stores/redis.ts';
export { type RedisServer, type RedisServerFigures, redisServers } from './stores/redis-server.ts';
export { requireAccess } from './stores/require-access.ts';
export {
  type Clock,
  checkKey,
  expectStore,
  type Fence,
  type FencedWriteOptions,
  type Lease,
  maxKeyLength,
  type SetOptions,
  type Store,
  StoreError,
} from './stores/store.ts';
export {
  type Ability,
  type Health,
  type StoreCall,
  type StoreState,
  type StoreWatch,
  type StoreWatchOptions,
  storeWatch,
} from './stores/store-watch.ts';
