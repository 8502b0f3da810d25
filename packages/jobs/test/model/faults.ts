import { isLocked, remove, reprocess } from './queue.ts';
import {
  type Fault,
  finishOf,
  include,
  type Job,
  type Key,
  type Run,
  type State,
  type Step,
  type Way,
} from './state.ts';

/** The faults and the acts of an operator that the configuration still allows. */
export function faultsIn(way: Way, state: State): Step[] {
  if (state.ghost.faults >= way.mostFaults) return [];
  return way.faults.flatMap((fault) =>
    makers[fault](state, way).map(({ label, apply }): Step => {
      const count = (after: State) => {
        after.ghost.faults++;
        apply(after);
      };
      return { label: `FAULT ${fault}: ${label}`, kind: 'fault', apply: count };
    }),
  );
}

type Maker = (state: State, way: Way) => { readonly label: string; readonly apply: (after: State) => void }[];

const makers: Record<Fault, Maker> = {
  kill: (state) => [
    ...live(state).map(([id]) => ({ label: id, apply: (after: State) => kill(after, id) })),
    ...state.loose.map(({ id, run }, place) => ({
      label: `${id} before ${run.at}`,
      apply: (after: State) => void after.loose.splice(place, 1),
    })),
    ...(live(state).length + state.loose.length > 1 ? [{ label: 'every worker', apply: killAll }] : []),
  ],
  freeze: (state) => live(state).map(([id]) => ({ label: id, apply: (after) => freeze(after, id) })),
  remove: (state, { isLarge }) =>
    Object.keys(state.jobs)
      .filter((id) => !isLocked(state, id))
      .map((id) => ({
        label: id,
        apply: (after) => {
          // The counts of batches are lost with their computation.
          if (isLarge) after.ghost.excused = true;
          remove(after, id);
        },
      })),
  evict: (state) =>
    Object.keys(state.cache).map((key) => ({
      label: key,
      apply: (after) => {
        after.ghost.excused = true;
        delete after.cache[key];
      },
    })),
  replace: (state) =>
    Object.entries(state.versions).map(([subject, version]) => ({
      label: subject,
      apply: (after) => void Object.assign(after.versions, { [subject]: version + 1 }),
    })),
  break: (state) =>
    live(state)
      .filter(([, { run }]) => run?.at === 'count')
      .map(([id]) => ({ label: id, apply: (after) => breakDown(after, id) })),
  retry: (state) =>
    Object.entries(state.jobs)
      .filter(([, job]) => job.state === 'failed')
      .map(([id, { kind, of }]) => ({
        label: id,
        apply: (after) => {
          if (kind === 'finish') after.ghost.happened[of] = [];
          // A computation that was given up still holds its key, and counts again.
          if (kind === 'compute') after.ghost.excused = true;
          reprocess(after, id);
        },
      })),
  empty: () => [
    {
      label: 'all jobs and books; workers go on',
      apply: (after) => {
        loseJobs(after);
        loseBooks(after);
        // A counter of the queue would begin anew; UUIDs do not.
        delete after.made.any;
      },
    },
  ],
  'lose jobs': () => [{ label: 'all jobs; workers go on', apply: loseJobs }],
  'lose books': () => [{ label: 'all books', apply: loseBooks }],
  'lose message': (state) =>
    [...live(state), ...state.loose.map((loose): [string, Pick<Job, 'run'>] => [loose.id, loose])]
      .filter(([, { run }]) => run?.at === 'wake')
      .map(([id]) => ({
        label: `${id} wakes nobody`,
        apply: (after) => Object.assign(after.jobs[id]?.run ?? {}, { at: 'complete', wake: [] }),
      })),
};

function live(state: State): [string, Job][] {
  return Object.entries(state.jobs).filter(([, job]) => job.state === 'active' && !job.dead);
}

/** Ends a worker in the middle. What it has counted and not yet stored is counted again. */
function kill(state: State, id: string): void {
  const job = state.jobs[id] as Job;
  const { at } = job.run as Run;
  if (at === 'store' || (job.kind === 'count' && at === 'complete')) state.ghost.excused = true;
  for (const happened of Object.values(state.ghost.happened)) include(happened, 'stalled');
  job.dead = true;
  // Nothing that it held matters any more.
  job.run = { at: 'dead' };
}

function killAll(state: State): void {
  for (const [id] of live(state)) kill(state, id);
  state.loose = [];
}

/** Lets a worker stand still until its job is given to another one; then it goes on. */
function freeze(state: State, id: string): void {
  const { kind, of, run } = state.jobs[id] as Job;
  state.loose.push({ id, kind, of, run: structuredClone(run as Run) });
  kill(state, id);
  if (kind === 'compute' || kind === 'count') state.ghost.excused = true;
}

function breakDown(state: State, id: string): void {
  for (const happened of Object.values(state.ghost.happened)) include(happened, 'broken');
  const { kind, run } = state.jobs[id] as { kind: string; run: Run };
  const outcomes = Object.fromEntries((run.keys ?? []).map((key: Key) => [key, 'failed: broken']));
  if (kind === 'count') Object.assign(run, { at: 'complete', result: { failed: 'broken' } });
  else Object.assign(run, { at: 'end', outcomes });
}

function loseJobs(state: State): void {
  for (const [id, { kind, of, run }] of live(state)) state.loose.push({ id, kind, of, run: run as Run });
  state.jobs = {};
  state.ghost.excused = true;
}

function loseBooks(state: State): void {
  for (const [request, happened] of Object.entries(state.ghost.happened)) {
    if (state.jobs[finishOf(request)]) include(happened, 'lost');
  }
  Object.assign(state, { computation: {}, computing: {}, ended: {}, request: {} });
  state.ghost.excused = true;
}
