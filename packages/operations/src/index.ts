export {
  CachedResult,
  CachedValue,
  CacheHeader,
  CacheSurvey,
  cachedResult,
  cachedValue,
  cacheHeader,
  cacheSurvey,
  Invalidation,
  invalidation,
} from './cache-documents.ts';
export {
  type CountOptions,
  type DrawnArea,
  type Identity,
  isRefusal,
  type OperationPlan,
  type Operations,
  type OperationsOptions,
  openOperations,
  type Refusal,
} from './operations.ts';
export type { OperationRequest } from './request.ts';
export { GroupedCountResult, type ResultFrame, resultDocument, resultSchemaVersion } from './result.ts';
export { type ResultFilters, selectResults, selectResultsToRemove } from './result-filters.ts';
