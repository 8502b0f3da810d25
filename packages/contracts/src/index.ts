export { Batch, TallyChunk } from './batch.ts';
export { type Choices, choosable, withoutChoices } from './choices.ts';
export {
  Coverage,
  coverageRemark,
  coverageRules,
  coverages,
  defaultCoverage,
  onLines,
  ResultCoverage,
} from './coverage.ts';
export { crsDescription, Inputs, inputNames, queryNames, upstreamDescription } from './inputs.ts';
export {
  type ContractOf,
  contractOf,
  Definition,
  type DefinitionOf,
  type OperationContract,
  type OperationType,
  operationContracts,
  type ResultDocument,
  type ResultOf,
  resultSchemas,
} from './operation-types.ts';
export type { ChangeResult } from './operations/change.ts';
export type { Choice } from './operations/contract.ts';
export type { GroupedAverageResult } from './operations/grouped-average.ts';
export type { GroupedCountResult } from './operations/grouped-count.ts';
export type { LinesJoinResult } from './operations/lines-join.ts';
export type { StatisticsResult } from './operations/statistics.ts';
export type { SummaryResult } from './operations/summary.ts';
export {
  countsOnLines,
  lineSourceOf,
  needsLines,
  rastersByRole,
  rastersOf,
  renameRasters,
  withoutNames,
  withRasters,
} from './raster-roles.ts';
export { isRefusal, Refusal, refusalText } from './refusal.ts';
export {
  AnyRequest,
  AreaReference,
  areaText,
  CrossedRequests,
  DrawnReference,
  GroupReference,
  hasUnits,
  ManyRequest,
  Question,
  Request,
  TableReference,
  UnitsReference,
  UpstreamReference,
} from './request.ts';
export { isRequestId, RequestId } from './request-id.ts';
export { type EveryResult, resultSchemaVersion } from './result.ts';
export { closed, text } from './schemas.ts';
export { CacheOutcome, RequestState } from './status.ts';
export { readTypeName, type TypeName, type TypeNameOf, typeNamesOf } from './type-names.ts';
