import { close, stop, waitForChildren } from './queue.ts';
import type { Job, Loose, State, Way } from './state.ts';

/** A worker at one of its steps. Unless it is `loose`, it holds the lock of its job. */
export interface Actor extends Loose {
  readonly isLoose: boolean;
}

/** One atomic step of a worker. It changes the state and `run.at`; `over` means that it is done. */
export type Step = (state: State, way: Way, actor: Actor) => void;

/** The first step, with which a worker takes a job. */
export const firstStep = { start: 'identify', finish: 'read', compute: 'take', count: 'take', background: 'identify' };

/** Waits for the children, or continues from the first step if they have ended. */
export function wait(state: State, _way: Way, { id, kind, run, isLoose }: Actor): void {
  if (isLoose || waitForChildren(state.jobs[id] as Job)) run.at = 'over';
  else run.at = firstStep[kind];
}

/** Does or fails the job; a job that has children again is tried again. */
export function complete(state: State, _way: Way, { id, run, isLoose }: Actor): void {
  if (!isLoose && !close(state, id, run.result ?? {})) stop(state.jobs[id] as Job, 'waiting');
  run.at = 'over';
}
