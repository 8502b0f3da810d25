import type { AnyRequest } from '@catchment/contracts';
import { areaPath, drawnFor, membersOf, readIfThere, type Scratch, type Shelf } from '@catchment/jobs';

export interface KeptAreasOptions {
  readonly scratch: Pick<Scratch, 'ofRequest'>;
  readonly shelf: Pick<Shelf, 'putDrawn'>;
  /** Receives the error if areas cannot be kept. */
  readonly onError: (error: Error) => void;
}

/** Keeps the areas that were drawn for a request beside its results. No result depends on them. */
export type KeepAreas = (id: string, request: AnyRequest) => Promise<void>;

const areasAtOnce = 64;

export function openKeptAreas({ scratch, shelf, onError }: KeptAreasOptions): KeepAreas {
  return async (id, request) => {
    const own = scratch.ofRequest(id);
    const { areas } = drawnFor(membersOf(request));
    const keep = async (drawn: string) => {
      const area = await readIfThere(own, areaPath(drawn));
      if (area) await shelf.putDrawn(drawn, area);
    };
    try {
      for (let at = 0; at < areas.length; at += areasAtOnce)
        await Promise.all(areas.slice(at, at + areasAtOnce).map(keep));
    } catch (error) {
      onError(error as Error);
    }
  };
}
