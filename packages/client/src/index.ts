export type { Answer, AnswerChoices, AnswerOptions, FormOptions, TableFormat } from './answers.ts';
export {
  type AreaProperty,
  Collection,
  Collections,
  ConvertedAreas,
  Feature,
  FeatureCollection,
} from './area-documents.ts';
export type { AnswerSource, AreasQuery, Client, ConvertOptions, TableOptions } from './client.ts';
export { createClient } from './create-client.ts';
export {
  Conformance,
  JobListDocument,
  LandingPage,
  Link,
  MappedRaster,
  ProcessDescription,
  ProcessList,
  ProcessSummary,
  RasterDocument,
  RasterList,
  StatusDocument,
} from './documents.ts';
export type { DocumentOf, Execution, InputsOf, Job, OperationTypes, Results } from './executions.ts';
export { GatewayError, type GatewayOptions } from './gateway.ts';
export type { JobLike } from './jobs.ts';
export type { Aborting, WaitOptions } from './watching.ts';
