import { type Catalog, loadCatalog } from '@cellshed/catalog';
import { openCurrentVersions } from '@cellshed/operations';
import type { SourceDocument } from './status-document.ts';

/** The sources of the catalog, with the versions that they have now. */
export interface OpenSources extends AsyncDisposable {
  look(): Promise<SourceDocument[]>;
}

/** Opens the catalog. One that cannot be read is itself what cannot be used. */
export async function openSources(path: string): Promise<OpenSources> {
  let catalog: Catalog;
  try {
    catalog = await loadCatalog(path, { withoutFiles: true });
  } catch (error) {
    const problem = (error as Error).message;
    return {
      look: async () => [{ kind: 'catalog', name: path, version: null, problem }],
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
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
