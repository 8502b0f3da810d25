import { type Actor, complete, type Step, wait } from './actor.ts';
import { nextRound } from './books.ts';
import { add } from './queue.ts';
import { type Key, type State, startOf, type Way } from './state.ts';

/** The steps of finish: it serves, fails, or begins a new round. */
export const finishSteps: Record<string, Step> = { read, next, add: addStart, wait, fail: noteFailure, complete };

/** Reads what start has left, and what has become of the computations. */
function read(state: State, way: Way, { id, of, run }: Actor): void {
  const record = state.request[of];
  const results = state.jobs[id]?.results ?? {};
  const isOpen = (state.jobs[id]?.pending.length ?? 0) > 0;
  const found = results[startOf(state, of)];
  const isRetried = record?.failed === record?.round && way.mutation !== 'a retry repeats the failure';
  const failed = (reason: string) => (isRetried ? { at: 'next' } : { at: 'fail', result: { failed: reason } });
  if (!record) Object.assign(run, { at: 'complete', result: { failed: 'lost' } });
  else if (record.dismissed) Object.assign(run, { at: 'complete', result: { answer: 'dismissed' } });
  else if (!found) run.at = 'add';
  else if (found.failed !== undefined) Object.assign(run, failed(found.failed));
  else Object.assign(run, answerOf());

  function answerOf() {
    const answers: string[] = [];
    for (const key of found?.keys ?? []) {
      const note = found?.waits?.map((wait) => noteOf(state, way, wait, key)).find((text) => text !== undefined);
      const value = found?.hits?.includes(key) ? state.cache[key] : note;
      const lost = found?.waits?.find((wait) => results[wait]?.failed !== undefined);
      if (value?.startsWith('failed: ')) return failed(value.slice('failed: '.length));
      if (value === undefined && lost !== undefined) return failed(results[lost]?.failed as string);
      // The computation of a start job that came late is still under way.
      const isEarly = value === undefined && isOpen && way.mutation !== 'finish does not wait for late children';
      if (value === undefined || value === 'superseded') return { at: isEarly ? 'wait' : 'next' };
      answers.push(value);
    }
    return { at: 'complete', result: { answer: answers.join(' ') } };
  }
}

/** The note of a computation for the key. */
function noteOf(state: State, way: Way, computation: string, key: Key): string | undefined {
  const note = state.ended[computation];
  const isUnchecked = way.mutation === 'ids are a counter, and answers are not checked';
  return isUnchecked ? Object.values(note ?? {})[0] : note?.[key];
}

function next(state: State, way: Way, { of, run }: Actor): void {
  if (nextRound(state, way, of)) run.at = 'add';
  else Object.assign(run, { at: 'fail', result: { failed: 'too many rounds' } });
}

function addStart(state: State, _way: Way, { id, of, run }: Actor): void {
  const isAdded = add(state, startOf(state, of), { kind: 'start', of, parent: id });
  run.at = isAdded ? 'wait' : 'complete';
}

function noteFailure(state: State, _way: Way, { of, run }: Actor): void {
  const record = state.request[of];
  if (record) record.failed = record.round;
  run.at = 'complete';
}
