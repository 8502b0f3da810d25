import { exitCodes } from '../exit-codes.ts';

/** The time that closing may take after the grace. */
const goodbyeMilliseconds = 3500;

/**
 * Ends this process if it does not end by itself soon after the grace: a close would wait for ever
 * for a server that is away. Calls `onLate` before it does. The result calls that off.
 */
export function endInTime(graceSeconds: number, onLate: () => void): () => void {
  const late = setTimeout(
    () => {
      onLate();
      process.exit(exitCodes.couldNotRun);
    },
    1000 * graceSeconds + goodbyeMilliseconds,
  );
  return () => clearTimeout(late);
}
