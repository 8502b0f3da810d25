import type { Catalog } from '@cellshed/catalog';
import { type Archives, archiveIn, operationsMeant, patternProblem } from '@cellshed/chores';
import { isRefusal, type Refusal } from '@cellshed/contracts';
import type { ChoreAsk } from '@cellshed/jobs';
import { selectResultsToRemove } from '@cellshed/operations';

export interface ChoreSources {
  readonly catalog: Pick<Catalog, 'rasters' | 'operations' | 'areas'>;
  readonly archives: Archives;
}

/** Why a chore cannot be done, by the names in it; undefined: it can. */
export async function choreRefusal(ask: ChoreAsk, { catalog, archives }: ChoreSources): Promise<Refusal | undefined> {
  switch (ask.kind) {
    case 'warm': {
      const problem = patternProblem(ask.ids ?? []);
      if (problem !== undefined) return { path: 'ids', problem };
      return refusalIn(operationsMeant(catalog, { table: ask.table, names: ask.operations ?? ['all'] }));
    }
    case 'tally':
      return refusalIn(operationsMeant(catalog, { names: ask.operations }));
    case 'invalidate': {
      // Which results were superseded is looked up when they are removed.
      const standings = { of: async () => 'unknown' as const };
      return refusalIn(selectResultsToRemove(ask, ask.anyName ? undefined : catalog, standings));
    }
    case 'load':
      return refusalIn(await archiveIn(archives, ask.file));
    case 'renew':
      return undefined;
  }
}

function refusalIn(found: object | Refusal): Refusal | undefined {
  return isRefusal(found as Refusal) ? (found as Refusal) : undefined;
}
