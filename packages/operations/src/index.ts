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
} from './cached/cache-documents.ts';
export { type CurrentVersions, type CurrentVersionsOptions, openCurrentVersions } from './cached/current-versions.ts';
export { type ResultFilters, selectResults, selectResultsToRemove } from './cached/result-filters.ts';
export { resultStandings, type Standing, type Standings } from './cached/superseded.ts';
export { type Counter, countPlanned, countWhole, type WrittenDocument, writtenDocument } from './count-whole.ts';
export { type Effort, effortFor } from './effort.ts';
export type { Identity } from './identify.ts';
export {
  type Identifier,
  openIdentifier,
  type TableNow,
  type TableQuestion,
  type TableRequest,
} from './identify-by-versions.ts';
export { definitionFor } from './known-operations.ts';
export type { PartialResult } from './methods.ts';
export {
  type CountOptions,
  type IdentifiedUnits,
  type Operations,
  type OperationsOptions,
  openOperations,
} from './operations.ts';
export { type OperationAhead, operationsAhead } from './operations-ahead.ts';
export type { DrawnGeometries } from './planning/place.ts';
export type { OperationPlan, PlanWork } from './planning/plan-passes.ts';
export { Replaced } from './replaced.ts';
export { operationText, readOperationText } from './request.ts';
export { type OperationChoice, type ResolvedOperation, rasterNamed, resolveOperation } from './resolve.ts';
export { type ResultFrame, resultDocument } from './result.ts';
export { everyValue, type Spread, spreadChoice } from './several-values.ts';
export { type Sources, sourcesMark } from './sources-mark.ts';
export type { ChunkReport } from './tallies/build.ts';
export type { KeptTally, OperationTallies, PlannedChunk, TallyPlan } from './tallies/operation-tallies.ts';
export type { TalliedOperation } from './tallies/tallies.ts';
export { isTotal, whyNotAdded } from './totals/adding-up.ts';
export { type Grouping, groupBy, readProperty, valueIn } from './totals/grouping.ts';
export { addUnitSums, sumOfUnit, totalDocument, type UnitSum } from './totals/unit-sum.ts';
export { noLinks, noWithin, openUnits, type Units } from './totals/units.ts';
