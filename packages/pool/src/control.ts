/**
 * Shared by the pool and the thread that does a task: [1 to stop, tiles done, 1 when the task is
 * taken].
 */
export type Control = Int32Array;

export function newControl(): Control {
  return new Int32Array(new SharedArrayBuffer(12));
}

/**
 * Takes a task that is not taken yet: a thread to do it, or the pool to give it up. Answers false
 * when it is too late for that.
 */
export function begin(control: Control): boolean {
  return Atomics.compareExchange(control, 2, 0, 1) === 0;
}

export function tellToStop(control: Control): void {
  Atomics.store(control, 0, 1);
  Atomics.notify(control, 0);
}

export function isToStop(control: Control): boolean {
  return Atomics.load(control, 0) === 1;
}

/** Calls back when the task is to stop, once this thread waits for something. */
export function whenToStop(control: Control, stop: () => void): void {
  const told = Atomics.waitAsync(control, 0, 0);
  if (told.async) void told.value.then(stop);
  else stop();
}

export function tilesDone(control: Control): number {
  return Atomics.load(control, 1);
}

export function addTile(control: Control): void {
  Atomics.add(control, 1, 1);
}
