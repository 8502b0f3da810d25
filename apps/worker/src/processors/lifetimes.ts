import type { Request } from '@cellshed/contracts';
import type { Operations } from '@cellshed/operations';

/** The times of a result, in milliseconds. */
export interface Lifetimes {
  /** The time for which it is fresh; undefined: as long as it is kept. */
  readonly lifetimeMilliseconds: number | undefined;
  /** The time for which it is kept; undefined: for ever. */
  readonly ttlMilliseconds: number | undefined;
}

/**
 * The times of the results of requests: those of the operation in the catalog; what belongs to a
 * drawn area is kept for the given time at most.
 */
export function lifetimes(
  catalog: Pick<Operations['catalog'], 'operations'>,
  drawnMilliseconds: number,
): (request: Request) => Lifetimes {
  return ({ operation, area, lines }) => {
    const { lifetimeMilliseconds, hardLimitMilliseconds = Infinity } = catalog.operations.get(operation) ?? {};
    const kept = Math.min(hardLimitMilliseconds, 'drawn' in area || lines ? drawnMilliseconds : Infinity);
    return { lifetimeMilliseconds, ttlMilliseconds: kept === Infinity ? undefined : kept };
  };
}
