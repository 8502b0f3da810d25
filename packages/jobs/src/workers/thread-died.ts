import type { Job } from 'bullmq';

const sentence = 'the thread that did this work died';

/**
 * An error of a processor whose work has killed its thread: no memory was left, or a library failed
 * badly.
 */
export class ThreadDied extends Error {
  override readonly name = 'ThreadDied';

  constructor(cause: unknown) {
    super(`${sentence}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Whether an earlier attempt of a job ended like this. */
export function hasEndedThread({ stacktrace }: Pick<Job, 'stacktrace'>): boolean {
  return (stacktrace ?? []).some((stack) => stack.includes(sentence));
}
