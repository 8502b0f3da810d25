import { type Attempt, causedBy } from '@cellshed/jobs';

/** Makes a function that logs each attempt at a job, for an operator who follows a request. */
export function attemptLogger(logger: { debug(details: object, message: string): void }): (attempt: Attempt) => void {
  return (attempt) => {
    const { kind, job, outcome, seconds } = attempt;
    const ms = Math.round(1e4 * seconds) / 10;
    logger.debug({ ...causedBy(attempt), kind, job, outcome, ms }, `${kind} job ${outcome}, ${ms} ms`);
  };
}
