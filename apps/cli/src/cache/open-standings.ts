import { loadCatalog } from '@cellshed/catalog';
import { openCurrentVersions, resultStandings, type Standings } from '@cellshed/operations';
import { catalogPath } from '../options/catalog-path.ts';

/**
 * The standings of results in the catalog as it is now. Its rasters and tables are closed with it.
 */
export interface OpenStandings extends Standings, AsyncDisposable {}

/**
 * Throws when there is no catalog, or it is wrong; what it names is opened only when a result needs
 * it.
 */
export async function openStandings(options: { readonly catalog?: string | undefined }): Promise<OpenStandings> {
  const catalog = await loadCatalog(catalogPath(options.catalog, process.env));
  const versions = openCurrentVersions(catalog);
  return { ...resultStandings(catalog, versions), [Symbol.asyncDispose]: versions.close };
}

/**
 * The same for who wants figures also where it is not known what was superseded, with the reason.
 */
export async function openStandingsIfAny(options: {
  readonly catalog?: string | undefined;
}): Promise<OpenStandings | (Pick<Standings, 'problems'> & AsyncDisposable)> {
  try {
    return await openStandings(options);
  } catch (error) {
    const { message } = error as Error;
    return { problems: () => [message], [Symbol.asyncDispose]: async () => {} };
  }
}
