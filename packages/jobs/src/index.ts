export { type ComputationState, type Computations, openComputations } from './computations.ts';
export { ComputeInput, ComputeResult, Plan } from './compute.ts';
export { CountInput, CountResult, TileRun } from './count.ts';
export { type Dismissals, openDismissals } from './dismiss.ts';
export { type Endings, openEndings } from './endings.ts';
export { FinishInput, FinishResult } from './finish.ts';
export { openProgress, type Progress, type ProgressBook } from './progress.ts';
export { openQueues, type QueueName, type QueueOptions, type Queues, queueNames } from './queues.ts';
export { connectFailingFast, connectPatiently, evictionProblem, requireRedis, unavailability } from './redis.ts';
export { AreaReference, Request } from './request.ts';
export { openShelf, type Shelf } from './shelf.ts';
export { StartInput, StartResult } from './start.ts';
export { type RequestState, type RequestStatus, readStatus } from './status.ts';
export { newRequestId, submit } from './submit.ts';
export {
  type ComputeProcessor,
  type CountProcessor,
  type FinishProcessor,
  PermanentFailure,
  type RunningWorker,
  runCompute,
  runCount,
  runFinish,
  runStart,
  type StartProcessor,
  type WorkerSettings,
} from './workers.ts';
