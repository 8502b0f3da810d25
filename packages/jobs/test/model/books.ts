import { finishOf, include, type Key, type Outcome, type State, type Way, without } from './state.ts';

/** The answer of `begin`: the request's own computation, and those of others that it waits for. */
export interface Begun {
  readonly yours?: string;
  /** Whether the job of its own computation is still to be added. */
  readonly isJobless?: boolean;
  readonly joined: string[];
}

export interface Asked {
  /** A request, or `nobody`. */
  readonly asker: string;
  /** All keys that were identified: the record keeps them for this round. */
  readonly identified: readonly Key[];
  /** Those that are not in the cache. */
  readonly keys: readonly Key[];
  /** Whether computations without a job are older than the time in which a job is added. */
  readonly areOld: boolean;
}

/**
 * The script `begin`: finds the computations that hold the keys, and has a new one hold those that
 * nothing holds. A key with a note for this request needs none. Undefined: it is dismissed.
 */
export function begin(state: State, way: Way, { asker, identified, keys, areOld }: Asked): Begun | undefined {
  const record = state.request[asker];
  if (asker !== 'nobody' && (!record || record.dismissed)) return undefined;
  if (record) record.keys = [...identified];
  const joined: string[] = [];
  let yours: string | undefined;
  const free: Key[] = [];
  for (const key of keys) {
    if (record?.waits.some((id) => state.ended[id]?.[key] !== undefined)) continue;
    const id = state.computing[key];
    if (id === undefined || isGone(state, way, { id, areOld })) free.push(key);
    else if (state.computation[id]?.owner === asker) yours = id;
    else include(joined, id);
  }
  for (const key of free) forget(state, state.computing[key]);
  if (free.length > 0) yours = hold(state, way, { asker, keys: free });
  for (const id of yours === undefined ? joined : [yours, ...joined]) {
    if (asker === 'nobody') (state.computation[id] as { nobody?: true }).nobody = true;
    else include(state.computation[id]?.waiters as string[], asker);
    if (record) include(record.waits, id);
  }
  if (yours === undefined) return { joined };
  const isJobless = state.jobs[yours] === undefined || way.mutation === 'start adds a job that begin has seen';
  return { yours, isJobless, joined };
}

/** Whether a computation that holds keys will never end, so that another may take these over. */
function isGone(state: State, way: Way, { id, areOld }: { id: string; areOld: boolean }): boolean {
  const computation = state.computation[id];
  if (!computation) return true;
  if (way.mutation === 'begin does not check the job of a holder') return false;
  const job = state.jobs[id];
  return job ? job.state === 'done' || job.state === 'failed' : areOld;
}

/** Whether a key is held by a computation that `begin` will not take over. */
export function isHeld(state: State, way: Way, key: Key): boolean {
  const id = state.computing[key];
  return id !== undefined && !isGone(state, way, { id, areOld: true });
}

function hold(state: State, way: Way, { asker, keys }: { asker: string; keys: Key[] }): string {
  const isCounter = way.mutation === 'ids are a counter, and answers are not checked';
  const maker = isCounter ? 'any' : asker;
  const made = (state.made[maker] ?? 0) + 1;
  state.made[maker] = made;
  const id = isCounter ? `c-${made}` : `c-${asker}.${made}`;
  state.computation[id] = { owner: asker, keys, waiters: [] };
  for (const key of keys) state.computing[key] = id;
  return id;
}

/** Removes a computation and releases the keys that it still holds. */
function forget(state: State, id: string | undefined): void {
  if (id === undefined) return;
  for (const key of state.computation[id]?.keys ?? []) if (state.computing[key] === id) delete state.computing[key];
  delete state.computation[id];
}

/**
 * The script `leave`: marks a request as dismissed, and takes it from those that wait. Without the
 * last one, and unless it is computed for nobody, a computation is removed: it is cancelled.
 */
export function leave(state: State, way: Way, request: string): void {
  const record = state.request[request];
  if (!record) return;
  record.dismissed = true;
  withdraw(state, way, request);
}

/** Takes a request from those that wait, as `leave` and a new round do. */
function withdraw(state: State, way: Way, request: string): void {
  for (const id of state.request[request]?.waits ?? []) {
    const computation = state.computation[id];
    if (!computation?.waiters.includes(request)) continue;
    computation.waiters = without(computation.waiters, request);
    const isOwners = way.mutation === 'leave removes the computation of its owner' && computation.owner === request;
    const isWanted = computation.nobody && way.mutation !== 'leave cancels what is computed for nobody';
    const isLast = computation.waiters.length === 0 && way.mutation !== 'the last one that leaves cancels nothing';
    if (isOwners || (isLast && !isWanted)) forget(state, id);
  }
}

/** The script `take`: whether the computation still is one that somebody wants. */
export const takeComputation = (state: State, id: string): boolean => state.computation[id] !== undefined;

/**
 * The script `end`: notes the outcomes, releases the keys and returns who waits. It does nothing
 * for a computation that holds nothing.
 */
export function end(state: State, way: Way, id: string, outcomes: Record<Key, Outcome>): string[] {
  const computation = state.computation[id];
  if (way.mutation === 'end does not check') {
    state.ended[id] = outcomes;
    for (const key of Object.keys(outcomes)) delete state.computing[key];
  }
  if (!computation) return [];
  state.ended[id] = outcomes;
  forget(state, id);
  if (way.mutation === 'end returns the first of those that wait') return computation.waiters.slice(0, 1);
  return without(computation.waiters, computation.owner);
}

/** The most rounds of a request, from its submission or from an operator's retry. */
const mostRounds = 3;

/** The script by which finish begins a new round; false if there were too many. */
export function nextRound(state: State, way: Way, request: string): boolean {
  const record = state.request[request];
  if (!record) return false;
  if (record.failed === record.round) record.base = record.round + 1;
  else if (record.round - record.base + 1 >= mostRounds) return false;
  withdraw(state, way, request);
  record.round++;
  record.waits = [];
  delete record.keys;
  return true;
}

/** The status of a request, as its client reads it. */
export function statusOf(state: State, request: string): string {
  const job = state.jobs[finishOf(request)];
  if (!job) return 'gone';
  if (state.request[request]?.dismissed) return 'dismissed';
  if (job.state === 'failed') return `failed: ${job.result?.failed}`;
  return job.state === 'done' ? (job.result?.answer as string) : 'open';
}
