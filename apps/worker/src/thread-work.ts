import { type Effort, effortFor } from '@catchment/operations';
import { failureText } from '@catchment/telling';
import { addTile, begin, type Control, isToStop, whenToStop } from './control.ts';
import type { Drawn } from './count-pool.ts';

/**
 * What a thread answers. Errors are values, so that whatever else a task fails with is the end of
 * its thread.
 */
export type Answer<Value> = { readonly value: Value } | { readonly thrown: unknown };

/** Does tasks for the pool. */
export function answering<Task extends object, Value>(
  work: (task: Task, heard: Hearing) => Promise<Value>,
): (task: Task & { readonly control: Control }) => Promise<Answer<Value>> {
  return async ({ control, ...rest }) => {
    const task = rest as unknown as Task;
    try {
      if (!begin(control)) throw stopped();
      return { value: await work(task, hearing(control)) };
    } catch (error) {
      // Of an error nothing leaves a thread but its message.
      return { thrown: new Error(failureText(error)) };
    }
  };
}

/** What work hears of the pool, and tells it. */
export interface Hearing {
  /** For work that goes on for long without waiting for anything. */
  throwIfStopped(): void;
  /** For work that waits. */
  readonly signal: AbortSignal;
  onTile(): void;
}

function hearing(control: Control): Hearing {
  const stop = new AbortController();
  whenToStop(control, () => stop.abort(stopped()));
  return {
    signal: stop.signal,
    throwIfStopped: () => {
      if (isToStop(control)) throw stopped();
    },
    onTile: () => addTile(control),
  };
}

function stopped(): Error {
  return new Error('the work was stopped');
}

/** What planning may cost, by the bytes that were drawn. */
export function planEffort({ areas, lines }: Drawn, { throwIfStopped }: Hearing): Effort {
  const drawn = [...Object.values(areas), ...Object.values(lines)];
  return effortFor(
    drawn.reduce((sum, { byteLength }) => sum + byteLength, 0),
    throwIfStopped,
  );
}

/** Counting has been planned: placing its areas was paid for then. */
export function countEffort({ throwIfStopped }: Hearing): Effort {
  const { kept } = effortFor(0, throwIfStopped);
  return { sent: kept, kept };
}
