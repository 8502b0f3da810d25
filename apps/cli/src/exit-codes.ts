/** The exit codes of commands, for scripts. */
export const exitCodes = { done: 0, couldNotRun: 1, notUnderstood: 2, endedWithFailures: 3, interrupted: 130 } as const;

/** A line for the help of a command that can end in all of these ways. */
export const exitCodeHelp =
  'Exit codes: 0 done, 1 could not run, 2 not understood, 3 ended with failures, 130 interrupted.';
