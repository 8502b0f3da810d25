export type { Answer, AnswerChoice, AnswerOptions } from './answers.ts';
export {
  type Client,
  type ClientOptions,
  createClient,
  GatewayError,
  type OtherInputs,
  type PollOptions,
} from './client.ts';
export {
  Conformance,
  JobListDocument,
  LandingPage,
  Link,
  ProcessDescription,
  ProcessList,
  ProcessSummary,
  RasterDocument,
  StatusDocument,
} from './documents.ts';
export type { ListenOptions } from './events.ts';
