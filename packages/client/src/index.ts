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
