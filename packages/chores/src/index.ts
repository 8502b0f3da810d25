export { aheadNames } from './ahead-names.ts';
export { areaFilter, areaFilterHelp, patternProblem } from './area-filter.ts';
export { type Archives, archiveIn } from './load/archive-in.ts';
export {
  type CatalogVersions,
  type Choosing,
  openVersions,
  partOf,
  type SourceVersions,
  versionDifference,
} from './load/catalog-versions.ts';
export { loadArchive } from './load/load-archive.ts';
export type { LoadOutcomes } from './load/load-outcomes.ts';
export { operationsMeant } from './operations-meant.ts';
export { LoadSummary, TallyWorkSummary, WarmSummary } from './summaries.ts';
export { openWarmFailures, type WarmFailures } from './warm/failures.ts';
export { lookOnly } from './warm/look-only.ts';
export { openWarming, type Wanted, type WantedResults, type Warming } from './warm/warming.ts';
