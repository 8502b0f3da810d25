import { include, type Job, type Result, type Run, type State, without } from './state.ts';

/** Adds a job, as BullMQ does. False if its parent is missing. */
export function add(state: State, id: string, job: Pick<Job, 'kind' | 'of' | 'parent'>): boolean {
  const { jobs } = state;
  const parent = job.parent === undefined ? undefined : jobs[job.parent];
  if (job.parent !== undefined && !parent) return false;
  const existing = jobs[id];
  if (!existing) jobs[id] = { ...job, state: 'waiting', pending: [], results: {}, stalls: 0 };
  if (!parent) return true;
  // BullMQ makes a parent wait also for an existing job that has failed, and that for ever.
  if (existing?.state === 'done') parent.results[id] = existing.result ?? {};
  else include(parent.pending, id);
  release(parent);
  return true;
}

/** Ends a job. False if it has pending children, and so cannot be done. */
export function close(state: State, id: string, result: Result): boolean {
  const job = state.jobs[id] as Job;
  const isFailed = result.failed !== undefined;
  if (!isFailed && job.pending.length > 0) return false;
  stop(job, isFailed ? 'failed' : 'done');
  job.result = result;
  const parent = job.parent === undefined ? undefined : state.jobs[job.parent];
  if (!parent?.pending.includes(id)) return true;
  parent.pending = without(parent.pending, id);
  parent.results[id] = result;
  // A failed batch lets its parent continue at once; other failures only leave those that wait.
  if (isFailed && job.kind === 'count' && parent.state === 'waiting-children') parent.state = 'waiting';
  release(parent);
  return true;
}

/** Leaves the state `active`, for another one. */
export function stop(job: Job, state: Job['state']): void {
  job.state = state;
  delete job.run;
  delete job.dead;
}

export function take(job: Job, run: Run): void {
  job.state = 'active';
  job.run = run;
}

/** Lets a job wait for its children. False if there are none to wait for. */
export function waitForChildren(job: Job): boolean {
  if (job.pending.length === 0) return false;
  stop(job, 'waiting-children');
  return true;
}

export function promote(state: State, id: string): void {
  const job = state.jobs[id];
  if (job?.state === 'delayed') job.state = 'waiting';
}

/** Gives the job of a killed worker back. A job that has lost too many fails unseen. */
export function stalled(state: State, id: string, most: number): void {
  const job = state.jobs[id] as Job;
  if (Number.isFinite(most)) job.stalls++;
  if (job.stalls > most) close(state, id, { failed: 'stalled' });
  else stop(job, 'waiting');
}

/** Whether a living worker has the job, or a child that it waits for. */
export function isLocked(state: State, id: string): boolean {
  const job = state.jobs[id];
  if (!job) return false;
  return (job.state === 'active' && !job.dead) || job.pending.some((child) => isLocked(state, child));
}

/** Removes a job that is not locked, with all its children. Its parent waits for it no longer. */
export function remove(state: State, id: string): void {
  const job = state.jobs[id];
  if (!job) return;
  delete state.jobs[id];
  const parent = job.parent === undefined ? undefined : state.jobs[job.parent];
  if (parent?.pending.includes(id)) {
    parent.pending = without(parent.pending, id);
    release(parent);
  }
  for (const child of [...job.pending, ...Object.keys(job.results)]) {
    if (!isLocked(state, child)) remove(state, child);
  }
}

/** Has an operator try a failed job again. */
export function reprocess(state: State, id: string): void {
  const job = state.jobs[id] as Job;
  job.state = 'waiting';
  delete job.result;
  const parent = job.parent === undefined ? undefined : state.jobs[job.parent];
  if (parent?.results[id]?.failed === undefined) return;
  delete parent.results[id];
  include(parent.pending, id);
}

function release(parent: Job): void {
  if (parent.state === 'waiting-children' && parent.pending.length === 0) parent.state = 'waiting';
}
