export { type Background, ChoreStopped, openBackground } from './books/background.ts';
export type { ChoreState, ChoreStatus } from './books/chore-records.ts';
export { type AskedChore, type ChoreEntered, type ChoreFailures, type Chores, openChores } from './books/chores.ts';
export { type Computable, type Computations, openComputations } from './books/computations.ts';
export { type Demand, openDemand } from './books/demand.ts';
export { type Dismissals, openDismissals } from './books/dismissals.ts';
export {
  type EndedRequests,
  type OutcomeCounts,
  openEndedRequests,
  type RecentlyEnded,
} from './books/ended-requests.ts';
export { keptAt } from './books/kept.ts';
export { type Look, type Looks, openLooks } from './books/looks.ts';
export { type Oldest, oldestJobs } from './books/oldest.ts';
export { openPresence, type Presence, untakenText } from './books/presence.ts';
export { openProgress, type Progress, type ProgressBook } from './books/progress.ts';
export { openRefreshes, type Refreshes } from './books/refreshes.ts';
export { openRenewals, type Renewals } from './books/renewals.ts';
export { openRequests, type Requests } from './books/requests.ts';
export { openRoster, type Roster, type RosterEntry } from './books/roster.ts';
export { openSchedules, type Schedule, type Schedules, scheduleProblem, scheduleWatch } from './books/schedules.ts';
export {
  areaPath,
  copyDrawn,
  drawnFor,
  drawnPaths,
  linesPath,
  namesPath,
  openScratch,
  readIfThere,
  type Scratch,
} from './books/scratch.ts';
export { openShelf, type Shelf, type Shelved, unpacked } from './books/shelf.ts';
export { clientSecret, type Overspent, openSpending, type Spending } from './books/spending.ts';
export { openStoreTroubles, type StoreTrouble, type StoreTroubles } from './books/store-troubles.ts';
export { type Entered, openWaiting, type Waiting } from './books/waiting.ts';
export { AnswerForm } from './contracts/answer-form.ts';
export { type CausedBy, causedBy } from './contracts/caused-by.ts';
export { type ChoreAsk, type ChoreKind, choreAsks, choreKinds } from './contracts/chore.ts';
export { ComputeInput, Identified, isForNobody, Plan, PlannedMember } from './contracts/compute.ts';
export { CountInput, CountResult } from './contracts/count.ts';
export { FinishInput, FinishResult } from './contracts/finish.ts';
export type { WorkerRole } from './contracts/job.ts';
export type { Keyed } from './contracts/many.ts';
export { Outcome, Tiles } from './contracts/outcome.ts';
export { packedIfLarge, unpackedValue } from './contracts/packed.ts';
export { RefreshInput, RefreshResult } from './contracts/refresh.ts';
export { manyOf, membersOf } from './contracts/request.ts';
export { Found, StartInput, StartResult } from './contracts/start.ts';
export { TallyInput, TallyResult } from './contracts/tally.ts';
export { type Ending, type Endings, type EndingsOptions, openEndings } from './endings.ts';
export { type Followed, type Following, openFollowing } from './following.ts';
export { type JobListOptions, type JobListPage, listRequests } from './job-list.ts';
export { type JobData, type JobName, type JobResult, jobs, optionsOf, type QueueName, queueNames } from './jobs.ts';
export { olderFailure, olderRequests, refuseOlder } from './older/older-queues.ts';
export { queueMetrics } from './queue-metrics.ts';
export { type QueueState, queueStates, type RunningJob, runningJobs } from './queue-states.ts';
export { openQueueing, type Queueing, type QueueingOptions, type QueueSettings } from './queueing.ts';
export { openQueues, type QueueOptions, type Queues } from './queues.ts';
export { skewOf, skewProblem } from './redis/clock.ts';
export { connectFailingFast, connectPatiently } from './redis/connect.ts';
export { memoryOf, type RedisMemory } from './redis/memory.ts';
export { unavailability } from './redis/problems.ts';
export { evictionProblem, requireRedis, writeProblem } from './redis/require.ts';
export { seldom } from './seldom.ts';
export { type RequestStatus, readStatus, type StatusSources, statusOfEnded } from './status.ts';
export { type Asking, newRequestId, requestOf, submit } from './submit.ts';
export { resultsOfPass } from './sweep-sizes.ts';
export { type Tallied, type TallyingDependencies, type TallyWork, tallyChunks } from './tallying.ts';
export { openWaitsFor, queueWaitsFor, type Untaken, type WaitSources, waitText } from './waits-for.ts';
export { type WarmDependencies, type Warmed, type WarmHow, type WarmItem, type WarmPass, warm } from './warm.ts';
export type { Attempt } from './workers/attempt.ts';
export {
  type ChoreProcessor,
  type ChoreProcessors,
  type ChoreStep,
  type ChoreTurn,
  type ChoreWork,
  runChores,
} from './workers/chore.ts';
export type {
  Computed,
  ComputeProcessor,
  Counted,
  CountedParts,
  Ended,
  Planned,
  PlannedBatch,
} from './workers/compute.ts';
export { type CountProcessor, runCount } from './workers/count.ts';
export { type FailedJob, failureText, subjectOf, type TroubledJob } from './workers/failed-job.ts';
export { type FinishProcessor, type FinishProcessors, runFinish, type Started } from './workers/finish.ts';
export { startKeeper } from './workers/keeper.ts';
export { DataLost, KnownFailure, PermanentFailure } from './workers/permanent-failure.ts';
export { type Processor, runPlain } from './workers/plain.ts';
export type { RunningWorker, WorkerSettings } from './workers/run.ts';
export { runStart, type StartProcessor } from './workers/start.ts';
