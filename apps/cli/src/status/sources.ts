import { loadCatalog } from '@cellshed/catalog';
import { openCurrentVersions } from '@cellshed/operations';
import type { SourceDocument } from './status-document.ts';

/** What the catalog names, with the versions that it has now. */
export interface OpenSources extends AsyncDisposable {
  look(): Promise<SourceDocument[]>;
}

/** Opens the catalog. Throws a sentence if it cannot be read. */
export async function openSources(path: string): Promise<OpenSources> {
  const catalog = await loadCatalog(path, { withoutFiles: true });
  const versions = openCurrentVersions(catalog);
  const kinds = [
    ['raster', catalog.rasters, versions.raster],
    ['table', catalog.areas, versions.table],
    ['lines', catalog.lines, versions.lines],
  ] as const;
  return {
    look: () =>
      Promise.all(
        kinds.flatMap(([kind, sources, versionOf]) =>
          Array.from(sources.keys(), async (name): Promise<SourceDocument> => {
            try {
              return { kind, name, version: await versionOf(name), problem: null };
            } catch (error) {
              return { kind, name, version: null, problem: (error as Error).message };
            }
          }),
        ),
      ),
    [Symbol.asyncDispose]: versions.close,
  };
}
