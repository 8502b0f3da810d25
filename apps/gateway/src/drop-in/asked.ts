import type { Catalog } from '@catchment/catalog';
import type { AnyRequest } from '@catchment/jobs';
import type { OperationAhead, ResultDocument } from '@catchment/operations';
import { ProblemError } from '../problem.ts';
import type { AreaSources, Drawn } from '../resolve-area.ts';

/** What a body asks for. */
export interface Asked {
  readonly request: AnyRequest;
  /** The geometries that came with it. */
  readonly drawn: Drawn;
  /** The answer that the results make: one for each member of the request, in their order. */
  readonly answer: (results: readonly ResultDocument[]) => unknown;
}

export interface AskedSources extends AreaSources {
  readonly catalog: Pick<Catalog, 'areas' | 'rasters'>;
  /** What the catalog can do beforehand: a question that is one of these may be answered from a well-known area's entry. */
  readonly ahead: ReadonlyMap<string, OperationAhead>;
  /** Results of one body. */
  readonly memberLimit: number;
}

/** Throws a ProblemError (400) when more results are asked for than are allowed. */
export function checkMembers(members: number, what: string, { memberLimit }: Pick<AskedSources, 'memberLimit'>): void {
  if (members > memberLimit) throw new ProblemError(400, `${what} are ${members}, at most ${memberLimit} are allowed`);
}
