import type { JobCache } from '@cellshed/cache';
import type { Request } from '@cellshed/contracts';
import { areaPath, DataLost, drawnFor, linesPath, readIfThere, type Scratch } from '@cellshed/jobs';
import type { Drawn } from '@cellshed/pool';

/** Reads the geometries that were drawn for requests, from the job cache of their computation. */
export function drawnReader(scratch: Pick<Scratch, 'ofComputation'>) {
  return async (computation: string, requests: readonly Request[]): Promise<Drawn> => {
    const own = scratch.ofComputation(computation);
    const { areas, lines } = drawnFor(requests);
    return { areas: await readAll(own, areas, areaPath), lines: await readAll(own, lines, linesPath) };
  };
}

async function readAll(own: JobCache, drawn: readonly string[], pathOf: (drawn: string) => string) {
  const geometries = drawn.map(async (one) => [one, await read(own, pathOf(one))] as const);
  return Object.fromEntries(await Promise.all(geometries));
}

async function read(own: JobCache, path: string): Promise<Uint8Array> {
  const geometry = await readIfThere(own, path);
  if (!geometry) throw new DataLost(`the drawn geometry ${path} is no longer kept`);
  return geometry;
}
