import { resultKey } from '@cellshed/cache';
import type { Catalog } from '@cellshed/catalog';
import {
  type Definition,
  lineSourceOf,
  type Request,
  rastersOf,
  type TableReference,
  type UpstreamReference,
} from '@cellshed/contracts';
import { recentlyUsed } from '@cellshed/recent';
import type { CurrentVersions } from './cached/current-versions.ts';
import type { Identity } from './identify.ts';
import { definitionFor, fingerprintsOf, type LinesVersion } from './known-operations.ts';
import { operationText } from './request.ts';
import { linesSource } from './sources-mark.ts';

/** A request for an area of a table, or for all upstream of it, without lines of its own. */
export interface TableRequest extends Request {
  readonly area: TableReference | UpstreamReference;
  readonly lines?: never;
}

/** The part of such a request that is asked about its area. */
export type TableQuestion = Omit<TableRequest, 'area' | 'lines'>;

export interface IdentifierSources {
  readonly catalog: Pick<Catalog, 'operations' | 'rasters' | 'areas'>;
  readonly versions: Pick<CurrentVersions, 'raster' | 'lines'>;
}

/** An area table as it is at one time. */
export interface TableNow {
  readonly name: string;
  readonly version: string;
}

/** Makes the identities of a question about areas of a table, by their ids. */
export type IdentityOf = (id: string) => Identity;

/**
 * Makes the identities of a question about areas of a table, each for itself or, `upstream`, with
 * all that drain into it.
 */
export type Identifier = (question: TableQuestion, table: TableNow, upstream?: boolean) => Promise<IdentityOf>;

/** The fingerprints that are remembered: those used last. */
const mostRemembered = 10_000;

/**
 * Identifies requests as `identifyRequests` does, by versions alone: nothing is opened here, and
 * whether rasters align is not looked at. If they do not, no result has the key. Rejects with the
 * errors of `versions`.
 */
export function openIdentifier({ catalog, versions }: IdentifierSources): Identifier {
  const known = recentlyUsed<string>({ limit: mostRemembered });
  return async (question, table, upstream = false) => {
    const { operation, coverage } = question;
    const definition = definitionFor(question, catalog);
    const names = rastersOf(definition);
    const [lines, ...rasters] = await Promise.all([linesOf(definition), ...names.map((name) => versions.raster(name))]);
    const downstream = catalog.areas.get(table.name)?.downstream;
    const units = upstream ? { downstream: downstream ?? '' } : undefined;
    const about = [coverage, table.version, units];
    const asked = JSON.stringify([operation, question.definition, about, lines, rasters]);
    const before = known.get(asked);
    const byName = () => new Map(names.map((name, i) => [name, { version: rasters[i] as string }]));
    const fingerprint =
      before ?? fingerprintsOf(definition, byName(), catalog)({ coverage, table: table.version, lines, units });
    if (before === undefined) known.set(asked, fingerprint);
    const named = { operation: operationText(question), fingerprint };
    const areaOf = (id: string) => ({ table: table.name, ...(upstream ? { upstream: id } : { id }) });
    return (id) => ({ fingerprint, key: resultKey({ area: areaOf(id), ...named }) });
  };

  async function linesOf(definition: Definition): Promise<LinesVersion> {
    const source = lineSourceOf(definition);
    return { source: source === undefined ? null : linesSource(source, await versions.lines(source)) };
  }
}
