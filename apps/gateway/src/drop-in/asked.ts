import type { Catalog } from '@catchment/catalog';
import type { AnyRequest } from '@catchment/jobs';
import type { ResultDocument } from '@catchment/operations';
import { ProblemError } from '../problem.ts';
import type { Drawn } from '../resolve-area.ts';

/** What a body asks for. */
export interface Asked {
  readonly request: AnyRequest;
  /** The geometries that came with it. */
  readonly drawn: Drawn;
  /** The answer that the results make: one for each member of the request, in their order. */
  readonly answer: (results: readonly ResultDocument[]) => unknown;
}

export interface AskedSources {
  readonly catalog: Pick<Catalog, 'rasters'>;
  /** Vertices of one area. */
  readonly vertexLimit: number;
  /** Results of one body. */
  readonly memberLimit: number;
}

/** Throws a ProblemError (400) when more results are asked for than are allowed. */
export function checkMembers(members: number, what: string, { memberLimit }: Pick<AskedSources, 'memberLimit'>): void {
  if (members > memberLimit) throw new ProblemError(400, `${what} are ${members}, at most ${memberLimit} are allowed`);
}
