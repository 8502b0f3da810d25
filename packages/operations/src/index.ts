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
export { type CurrentVersions, type CurrentVersionsOptions, openCurrentVersions } from './current-versions.ts';
export { type Effort, effortFor } from './effort.ts';
export { definitionFor, type Identity } from './identify.ts';
export type { PartialResult } from './methods.ts';
export { type CountOptions, type Operations, type OperationsOptions, openOperations } from './operations.ts';
export { type OperationAhead, operationsAhead } from './operations-ahead.ts';
export type { DrawnGeometries } from './place.ts';
export type { OperationPlan, PlanWork, TileBatch } from './plan-passes.ts';
export { isRefusal, type Refusal } from './refusal.ts';
export { type Coverage, coverages, type OperationRequest, operationText, readOperationText } from './request.ts';
export { type OperationChoice, type ResolvedOperation, rasterNamed, resolveOperation } from './resolve.ts';
export {
  GroupedAverageResult,
  GroupedCountResult,
  LinesJoinResult,
  mergeParts,
  type ResultDocument,
  type ResultFrame,
  resultDocument,
  resultSchemas,
  resultSchemaVersion,
  StatisticsResult,
  SummaryResult,
} from './result.ts';
export { type ResultFilters, selectResults, selectResultsToRemove } from './result-filters.ts';
export { type Sources, sourcesMark } from './sources-mark.ts';
export { resultStandings, type Standing, type Standings } from './superseded.ts';
export type { ChunkReport } from './tallies/build.ts';
export type { ChunkPlace } from './tallies/nodes.ts';
export type { KeptTally, OperationTallies, PlannedChunk, TallyPlan } from './tallies/operation-tallies.ts';
export type { TalliedOperation } from './tallies/tallies.ts';
