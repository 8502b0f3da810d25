import { resultCache, type Store } from '@cellshed/cache';
import { resultSchemaVersion } from '@cellshed/contracts';
import { type Operations, operationsAhead, readOperationText } from '@cellshed/operations';
import type { LoadSummary } from '../summaries.ts';
import { type CatalogVersions, openVersions } from './catalog-versions.ts';
import { recordJudge } from './judge-record.ts';
import { type LoadWork, loadFile } from './load-file.ts';
import type { LoadOutcomes } from './load-outcomes.ts';

export interface ArchiveToLoad extends Omit<LoadWork, 'results' | 'judge' | 'limits'> {
  /** Takes also what the catalog does not have. */
  readonly force: boolean;
}

/** The time that one answer of the store may take. */
const timeoutMilliseconds = 10_000;

/** Loads the results of an archive that are those of the catalog. */
export async function loadArchive(
  { force, ...work }: ArchiveToLoad,
  { operations, store }: { readonly operations: Pick<Operations, 'catalog' | 'identify'>; readonly store: Store },
  outcomes?: LoadOutcomes,
): Promise<LoadSummary> {
  const { catalog } = operations;
  const definitions = Array.from(operationsAhead(catalog).values(), ({ definition }) => definition);
  let versions: Promise<CatalogVersions> | undefined;
  const openedVersions = () => {
    versions ??= openVersions(catalog, { definitions, tables: [...catalog.areas.keys()] });
    return versions;
  };
  try {
    const whole = {
      ...work,
      results: resultCache({ store, schemaVersion: resultSchemaVersion, timeoutMilliseconds }),
      judge: recordJudge({ operations, versions: openedVersions, force, clock: Date.now }),
      limits: (operation: string) => limitsOf(catalog, operation),
    };
    return await loadFile(whole, outcomes);
  } finally {
    await (await versions)?.close();
  }
}

function limitsOf({ operations }: Operations['catalog'], name: string) {
  const { lifetimeMilliseconds, hardLimitMilliseconds } = operations.get(readOperationText(name).operation) ?? {};
  return { lifetimeMilliseconds, ttlMilliseconds: hardLimitMilliseconds };
}
