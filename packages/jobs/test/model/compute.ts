import { type Actor, complete, type Step, wait } from './actor.ts';
import { end, takeComputation } from './books.ts';
import { add, promote } from './queue.ts';
import { isCurrent, type Key, keyOf, type State, startOf, type Way } from './state.ts';

/** The steps of compute: a small area is counted in it, a large one in a child. */
export const computeSteps: Record<string, Step> = {
  take,
  verify,
  add: addCount,
  wait,
  count,
  store,
  end: endComputation,
  wake,
  complete,
};

/** The steps of the one batch of a large computation. */
export const countSteps: Record<string, Step> = { take: takeBatch, count: countBatch, complete };

function take(state: State, _way: Way, { id, run }: Actor): void {
  if (takeComputation(state, id)) {
    run.keys = [...(state.computation[id]?.keys ?? [])];
    run.at = 'verify';
  } else run.at = 'complete';
}

/** Compares the versions and looks into the cache, before anything is counted. */
function verify(state: State, way: Way, { id, run }: Actor): void {
  const batch = state.jobs[id]?.results[batchOf(id)];
  const isRefresh = way.background === 'refresh' && state.computation[id]?.owner === 'nobody';
  run.outcomes = {};
  run.counting = [];
  for (const key of run.keys ?? []) {
    if (!isCurrent(state, key)) run.outcomes[key] = 'superseded';
    else if (batch?.failed !== undefined) run.outcomes[key] = `failed: ${batch.failed}`;
    else if (batch) run.outcomes[key] = key;
    else if (!isRefresh && state.cache[key] !== undefined) run.outcomes[key] = state.cache[key];
    else run.counting.push(key);
  }
  if (run.counting.length > 0) run.at = way.isLarge ? 'add' : 'count';
  else run.at = batch ? 'store' : 'end';
}

const batchOf = (computation: string): string => `count ${computation}`;

function addCount(state: State, _way: Way, { id, run }: Actor): void {
  const isAdded = add(state, batchOf(id), { kind: 'count', of: id, parent: id });
  run.at = isAdded ? 'wait' : 'complete';
}

/** The end of counting, and the comparison of the versions after it. */
function count(state: State, way: Way, { run }: Actor): void {
  for (const key of run.counting ?? []) {
    state.ghost.counted[key] = (state.ghost.counted[key] ?? 0) + 1;
    const isChecked = way.mutation !== 'no version is checked after counting';
    // A count after a raster was replaced is not the value of the key.
    const value = keyOf(state, key.slice(0, 1));
    (run.outcomes as Record<Key, string>)[key] = isChecked && value !== key ? 'superseded' : value;
  }
  run.at = way.mutation === 'end before the cache is written' ? 'end' : 'store';
}

function takeBatch(state: State, _way: Way, { of, run }: Actor): void {
  run.keys = [...(state.computation[of]?.keys ?? [])];
  run.at = takeComputation(state, of) ? 'count' : 'complete';
}

function countBatch(state: State, _way: Way, { run }: Actor): void {
  for (const key of run.keys ?? []) state.ghost.counted[key] = (state.ghost.counted[key] ?? 0) + 1;
  run.at = 'complete';
}

function store(state: State, way: Way, { run }: Actor): void {
  for (const [key, outcome] of Object.entries(run.outcomes ?? {})) {
    if (!outcome.startsWith('failed') && outcome !== 'superseded') state.cache[key] = outcome;
  }
  run.at = way.mutation === 'end before the cache is written' ? 'complete' : 'end';
}

function endComputation(state: State, way: Way, { id, run }: Actor): void {
  run.wake = end(state, way, id, run.outcomes ?? {});
  const failed = Object.values(run.outcomes ?? {}).find((outcome) => outcome.startsWith('failed: '));
  if (failed) run.result = { failed: failed.slice('failed: '.length) };
  const after = way.mutation === 'end before the cache is written' ? 'store' : 'complete';
  run.at = run.wake.length > 0 ? 'wake' : after;
}

/** Promotes one of those that wait. */
function wake(state: State, way: Way, { run }: Actor): void {
  const [request, ...others] = run.wake as string[];
  promote(state, startOf(state, request as string));
  run.wake = others;
  const after = way.mutation === 'end before the cache is written' ? 'store' : 'complete';
  if (others.length === 0) run.at = after;
}
