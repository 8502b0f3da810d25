import {
  areaPath,
  drawnFor,
  type FinishInput,
  membersOf,
  namesPath,
  readIfThere,
  type Scratch,
  type Shelf,
} from '@cellshed/jobs';

export interface KeptAreasOptions {
  readonly scratch: Pick<Scratch, 'ofRequest'>;
  readonly shelf: Pick<Shelf, 'putDrawn' | 'putNames'>;
  /** Receives the error if areas cannot be kept. */
  readonly onError: (error: Error) => void;
}

/**
 * Keeps the areas that were drawn for a request, and their names, beside its results. No result
 * depends on them.
 */
export type KeepAreas = (id: string, request: FinishInput) => Promise<void>;

const areasAtOnce = 64;

export function openKeptAreas({ scratch, shelf, onError }: KeptAreasOptions): KeepAreas {
  return async (id, request) => {
    const own = scratch.ofRequest(id);
    const { areas } = drawnFor(membersOf(request));
    const keep = async (drawn: string) => {
      const area = await readIfThere(own, areaPath(drawn));
      if (area) await shelf.putDrawn(drawn, area);
    };
    const keepNames = async () => {
      const names = await readIfThere(own, namesPath);
      if (names) await shelf.putNames(id, names);
    };
    try {
      if (request.answer?.named) await keepNames();
      for (let at = 0; at < areas.length; at += areasAtOnce)
        await Promise.all(areas.slice(at, at + areasAtOnce).map(keep));
    } catch (error) {
      onError(error as Error);
    }
  };
}
