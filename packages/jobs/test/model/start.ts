import { type Actor, complete, type Step } from './actor.ts';
import { begin } from './books.ts';
import { add, promote, stop } from './queue.ts';
import { finishOf, type Job, type Key, keyOf, type State, type Way } from './state.ts';

/**
 * The steps of start, and of the background job that wants a computation for nobody. A computation
 * without a job is too young to be taken over in `begin`, and old enough in `beginOld`.
 */
export const startSteps: Record<string, Step> = {
  identify,
  begin: beginYoung,
  beginOld,
  add: addCompute,
  park,
  look,
  promote: promoteStart,
  complete,
};

/** Identifies the request: its keys, and which of them are in the cache. */
function identify(state: State, way: Way, { of, kind, run }: Actor): void {
  const subjects = kind === 'background' ? ['a'] : (way.requests[of] ?? []);
  const keys = state.request[of]?.keys ?? subjects.map((subject) => keyOf(state, subject));
  const isWanted = (key: Key) =>
    state.cache[key] === undefined || (kind === 'background' && way.background === 'refresh');
  const misses = keys.filter(isWanted);
  run.misses = misses;
  run.result = { keys, hits: keys.filter((key) => !misses.includes(key)) };
  run.at = misses.length > 0 ? 'begin' : 'complete';
}

function beginYoung(state: State, way: Way, actor: Actor): void {
  beginOf(state, way, actor, false);
}

function beginOld(state: State, way: Way, actor: Actor): void {
  beginOf(state, way, actor, true);
}

function beginOf(state: State, way: Way, { of, kind, run }: Actor, areOld: boolean): void {
  const begun = begin(state, way, { asker: of, identified: run.result?.keys ?? [], keys: run.misses as Key[], areOld });
  const isParking = begun !== undefined && begun.joined.length > 0 && kind === 'start';
  run.joined = isParking ? begun.joined : [];
  run.result = { ...run.result, waits: [...(state.request[of]?.waits ?? [])] };
  if (begun?.yours !== undefined && begun.isJobless) {
    run.yours = begun.yours;
    run.at = 'add';
  } else run.at = isParking ? 'park' : 'complete';
}

/** Adds the job of the computation, as a second child of the request's finish. */
function addCompute(state: State, _way: Way, { of, kind, run }: Actor): void {
  const parent = kind === 'background' ? {} : { parent: finishOf(of) };
  const isAdded = add(state, run.yours as string, { kind: 'compute', of: run.yours as string, ...parent });
  if (!isAdded) run.result = { failed: 'no parent' };
  run.at = isAdded && (run.joined?.length ?? 0) > 0 ? 'park' : 'complete';
}

/** Moves a start job to delayed. Its worker has yet to look whether it was woken too early. */
function park(state: State, way: Way, { id, kind, of, run, isLoose }: Actor): void {
  const { joined = [] } = run;
  run.at = 'over';
  if (isLoose) return;
  stop(state.jobs[id] as Job, 'delayed');
  if (way.mutation !== 'no look after parking') {
    state.loose.push({ id, kind, of, run: { at: 'look', joined } });
  }
}

function look(state: State, _way: Way, { id, of, run }: Actor): void {
  const isOver = run.joined?.some((joined) => state.computation[joined] === undefined);
  if (isOver || state.request[of]?.dismissed) promote(state, id);
  run.at = 'over';
}

/** The second half of a dismissal. */
function promoteStart(state: State, _way: Way, { id, run }: Actor): void {
  promote(state, id);
  run.at = 'over';
}
