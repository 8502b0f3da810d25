import { type Effort, effortFor, Replaced } from '@cellshed/operations';
import { failureText } from '@cellshed/telling';
import type { Answer } from './answer.ts';
import { addTile, begin, type Control, isToStop, whenToStop } from './control.ts';
import type { Drawn } from './drawn.ts';

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
      if (error instanceof Replaced) return { replaced: error.message };
      // Only the message of an error leaves a thread.
      return { thrown: new Error(failureText(error)) };
    }
  };
}

/** The pool's signals to the work, and the work's to the pool. */
export interface Hearing {
  /** For work that takes long without a wait. */
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

/** The steps that planning may take, by the bytes that were drawn. */
export function planEffort({ areas, lines }: Drawn, { throwIfStopped }: Hearing): Effort {
  const drawn = [...Object.values(areas), ...Object.values(lines)];
  return effortFor(
    drawn.reduce((sum, { byteLength }) => sum + byteLength, 0),
    throwIfStopped,
  );
}

/** The effort of counting: its areas were placed during planning, which has paid for it. */
export function countEffort({ throwIfStopped }: Hearing): Effort {
  const { kept } = effortFor(0, throwIfStopped);
  return { sent: kept, kept };
}
