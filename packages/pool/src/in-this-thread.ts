import { nothingDrawn } from './drawn.ts';
import type { CountPool } from './pool.ts';
import { type TaskOperations, tasksOf } from './tasks.ts';
import type { Hearing } from './thread-work.ts';

/** The part of a pool that counts. */
export type Counting = Pick<CountPool, 'compute' | 'count' | 'sweep'>;

/** Does the work of a pool in this thread: for little of it, before starting a thread pays. */
export function inThisThread(operations: TaskOperations): Counting {
  const tasks = tasksOf(operations);
  return {
    compute: ({ computation: _, ...task }, signal) => tasks.compute({ ...task, drawn: nothingDrawn }, hearing(signal)),
    count: ({ computation: _, ...task }, __, signal) => tasks.count({ ...task, drawn: nothingDrawn }, hearing(signal)),
    sweep: ({ computation: _, ...task }, signal) => tasks.sweep({ ...task, drawn: nothingDrawn }, hearing(signal)),
  };
}

function hearing(signal: AbortSignal): Hearing {
  return { signal, throwIfStopped: () => signal.throwIfAborted(), onTile: () => undefined };
}
