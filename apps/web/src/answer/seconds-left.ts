import type { StatusDocument } from '@cellshed/client';

/** The time after which the rate of a job is believed. */
const leastSeconds = 1;

/**
 * The time that a job still takes if it goes on as it has: the tiles of tallies took none.
 * Undefined: nothing can be said yet.
 */
export function secondsLeft({ tiles, started, updated }: StatusDocument): number | undefined {
  if (!tiles || started === undefined) return undefined;
  const counted = tiles.done - tiles.tallied;
  const seconds = (Date.parse(updated) - Date.parse(started)) / 1000;
  if (counted <= 0 || seconds < leastSeconds) return undefined;
  return ((tiles.planned - tiles.done) * seconds) / counted;
}
