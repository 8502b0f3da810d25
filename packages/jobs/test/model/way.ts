import { type Actor, firstStep, type Step as WorkerStep } from './actor.ts';
import { leave } from './books.ts';
import { computeSteps, countSteps } from './compute.ts';
import { faultsIn } from './faults.ts';
import { finishSteps } from './finish.ts';
import { promote, remove, stalled, take } from './queue.ts';
import { startSteps } from './start.ts';
import {
  finishOf,
  include,
  type Job,
  type Loose,
  type Run,
  type State,
  type Step,
  startOf,
  type Way,
} from './state.ts';

const stepsOf: Record<Job['kind'], Record<string, WorkerStep>> = {
  start: startSteps,
  background: startSteps,
  compute: computeSteps,
  count: countSteps,
  finish: finishSteps,
};

/** All that can happen next. */
export function stepsIn(way: Way, state: State): Step[] {
  return [...clientSteps(way, state), ...jobSteps(way, state), ...looseSteps(way, state), ...faultsIn(way, state)];
}

/** Requests are submitted in their order: what asks for the same may be named as one likes. */
function clientSteps(way: Way, state: State): Step[] {
  const steps: Step[] = [];
  const next = Object.keys(way.requests).find((request) => state.ghost.from[request] === undefined);
  if (next) steps.push({ label: `${next} is submitted`, kind: 'client', apply: (after) => submit(after, next) });
  for (const [request, { dismissed }] of Object.entries(state.request)) {
    const finish = state.jobs[finishOf(request)];
    const isOpen = finish !== undefined && finish.state !== 'done' && finish.state !== 'failed';
    if (!way.dismissals || dismissed || !isOpen) continue;
    steps.push({
      label: `${request} is dismissed`,
      kind: 'client',
      leaves: request,
      apply: (after) => dismiss(after, way, request),
    });
  }
  return steps;
}

function submit(state: State, request: string): void {
  state.request[request] = { round: 1, base: 1, waits: [] };
  state.ghost.from[request] = { ...state.versions };
  state.ghost.happened[request] = [];
  const [start, finish] = [startOf(state, request), finishOf(request)];
  const common = { of: request, pending: [], results: {}, stalls: 0 };
  state.jobs[finish] = { ...common, kind: 'finish', state: 'waiting-children', pending: [start] };
  state.jobs[start] = { ...common, kind: 'start', state: 'waiting', pending: [], results: {}, parent: finish };
}

/** Marks the request, and leaves the promotion of its start job to a second step. */
function dismiss(state: State, way: Way, request: string): void {
  const before = Object.keys(state.computation).length;
  leave(state, way, request);
  if (Object.keys(state.computation).length < before) state.ghost.excused = true;
  const start = startOf(state, request);
  state.loose.push({ id: start, kind: 'start', of: request, run: { at: 'promote' } });
}

function jobSteps(way: Way, state: State): Step[] {
  return Object.entries(state.jobs).flatMap(([id, job]): Step[] => {
    if (job.state === 'waiting') return [taken(way, id, job)];
    if (job.state === 'delayed' && way.mutation !== 'no safety net') {
      return [{ label: `${id}: wakes by itself`, kind: 'wake', apply: (after) => promote(after, id) }];
    }
    if (job.state === 'waiting-children' && way.mutation !== 'no keeper') return freed(state, id, job);
    if (job.state !== 'active') return [];
    if (job.dead) {
      const apply = (after: State) => stalled(after, id, way.mostStalls ?? Number.POSITIVE_INFINITY);
      return [{ label: `${id}: is given back by its queue`, kind: 'work', apply }];
    }
    const actorIn = (after: State) => {
      const { kind, of, run } = after.jobs[id] as Job;
      return { id, kind, of, run: run as Run, isLoose: false };
    };
    return workerSteps(way, state, actorIn);
  });
}

/**
 * The keeper removes children that have failed, if their parent waits for nothing else: BullMQ lets
 * a parent wait for ever when a child is added again that has failed already.
 */
function freed(state: State, id: string, { pending }: Job): Step[] {
  if (!pending.every((child) => state.jobs[child]?.state === 'failed')) return [];
  const apply = (after: State) => {
    for (const child of pending) remove(after, child);
  };
  return [{ label: `${id}: is freed by the keeper`, kind: 'wake', apply }];
}

/** A worker takes a job and does its first step, between which nothing matters. */
function taken(way: Way, id: string, { kind }: Job): Step {
  const at = firstStep[kind];
  return {
    label: `${id}: is taken: ${at}`,
    kind: 'work',
    apply: (after) => {
      const job = after.jobs[id] as Job;
      take(job, { at });
      act(after, way, { id, kind, of: job.of, run: job.run as Run, isLoose: false });
    },
  };
}

function looseSteps(way: Way, state: State): Step[] {
  return state.loose.flatMap((_, place) =>
    workerSteps(way, state, (after) => ({ ...(after.loose[place] as Loose), isLoose: true })),
  );
}

/** The next step of a worker, which may have two outcomes. */
function workerSteps(way: Way, state: State, actorIn: (after: State) => Actor): Step[] {
  const { id, kind, of, run, isLoose } = actorIn(state);
  const { at } = run;
  const computation = kind === 'count' ? of : id;
  const labelled = (name: string): Step => ({
    label: `${id}${isLoose ? ' (without its lock)' : ''}: ${name}`,
    kind: 'work',
    ...(kind === 'compute' && name === 'end' && { ends: id }),
    apply: (after) => {
      const actor = actorIn(after);
      actor.run.at = name;
      act(after, way, actor);
    },
  });
  if (at === 'begin' && run.misses?.some((key) => isAbandoned(state, key))) {
    return [labelled('begin'), labelled('beginOld')];
  }
  // The message of a cancellation comes at any time, or never.
  const isCancelled = at === 'count' && state.computation[computation] === undefined;
  return isCancelled ? [labelled(at), labelled('complete')] : [labelled(at)];
}

/** Keeps what those who wait for a computation hear of it. */
function blame({ computation, ghost }: State, id: string, outcomes: readonly string[]): void {
  for (const outcome of outcomes.filter((text) => text.startsWith('failed: '))) {
    for (const request of computation[id]?.waiters ?? []) {
      include(ghost.happened[request] as string[], outcome.slice('failed: '.length));
    }
  }
}

/** Whether the holder of a key has no job, and no worker that is just adding it. */
function isAbandoned({ computing, jobs }: State, key: string): boolean {
  const id = computing[key];
  const isAdding = ({ run, dead }: Job) => !dead && run?.at === 'add' && run.yours === id;
  return id !== undefined && !jobs[id] && !Object.values(jobs).some(isAdding);
}

function act(state: State, way: Way, actor: Actor): void {
  const { id, kind, run } = actor;
  if (kind === 'compute' && run.at === 'end') blame(state, id, Object.values(run.outcomes ?? {}));
  stepsOf[kind][run.at]?.(state, way, actor);
  if (actor.run.at === 'complete') {
    for (const name of Object.keys(run)) if (name !== 'at' && name !== 'result') delete run[name as keyof Run];
  }
  // Two that look the same do the same.
  const going = state.loose.filter((loose) => loose.run.at !== 'over');
  state.loose = [...new Map(going.map((loose) => [JSON.stringify(loose), loose])).values()];
  const job = state.jobs[id];
  if (job?.state !== 'active') delete job?.run;
}
