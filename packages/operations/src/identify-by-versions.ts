import { resultKey } from '@catchment/cache';
import type { Catalog } from '@catchment/catalog';
import { type Definition, lineSourceOf, type Request, rastersOf, type TableReference } from '@catchment/contracts';
import { recentlyUsed } from '@catchment/recent';
import type { CurrentVersions } from './cached/current-versions.ts';
import type { Identity } from './identify.ts';
import { definitionFor, fingerprintsOf, type LinesVersion } from './known-operations.ts';
import { operationText } from './request.ts';
import { linesSource } from './sources-mark.ts';

/** A request for an area of a table, without lines of its own. */
export interface TableRequest extends Request {
  readonly area: TableReference;
  readonly lines?: never;
}

export interface IdentifierSources {
  readonly catalog: Pick<Catalog, 'operations' | 'rasters'>;
  readonly versions: Pick<CurrentVersions, 'raster' | 'lines'>;
}

/** Makes the key of a request when its area table has this version. */
export type Identifier = (request: TableRequest, tableVersion: string) => Promise<Identity>;

/** The fingerprints that are remembered: those used last. */
const mostRemembered = 10_000;

/**
 * Identifies requests as `identifyRequests` does, by versions alone: nothing is opened here, and
 * whether rasters align is not looked at. If they do not, no result has the key. Rejects with the
 * errors of `versions`.
 */
export function openIdentifier({ catalog, versions }: IdentifierSources): Identifier {
  const known = recentlyUsed<string>({ limit: mostRemembered });
  return async (request, tableVersion) => {
    const { area, coverage } = request;
    const definition = definitionFor(request, catalog);
    const names = rastersOf(definition);
    const [lines, ...rasters] = await Promise.all([linesOf(definition), ...names.map((name) => versions.raster(name))]);
    const asked = JSON.stringify([request.operation, request.definition, coverage, tableVersion, lines, rasters]);
    let fingerprint = known.get(asked);
    if (fingerprint === undefined) {
      const byName = new Map(names.map((name, i) => [name, { version: rasters[i] as string }]));
      fingerprint = fingerprintsOf(definition, byName, catalog)({ coverage, table: tableVersion, lines });
      known.set(asked, fingerprint);
    }
    return { fingerprint, key: resultKey({ area, operation: operationText(request), fingerprint }) };
  };

  async function linesOf(definition: Definition): Promise<LinesVersion> {
    const source = lineSourceOf(definition);
    return { source: source === undefined ? null : linesSource(source, await versions.lines(source)) };
  }
}
