/** The exit codes of commands, for scripts. */
export const exitCodes = { done: 0, couldNotRun: 1, notUnderstood: 2, endedWithFailures: 3, interrupted: 130 } as const;

/** A line for the help of a command that can end in all of these ways. */
export const exitCodeHelp =
  'Exit codes: 0 done, 1 could not run (and why), 2 not understood, 3 ended with failures, 130 interrupted.';

/** An argument or option that names what is not there, or that does not fit another. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
}
