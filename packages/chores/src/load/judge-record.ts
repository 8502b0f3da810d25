import { type ArchiveRecord, resultKey } from '@cellshed/cache';
import { isRefusal, resultSchemaVersion } from '@cellshed/contracts';
import { type OperationAhead, type Operations, operationsAhead, readOperationText } from '@cellshed/operations';
import { type CatalogVersions, versionDifference } from './catalog-versions.ts';

/**
 * Whether a record may be loaded; `broken` when it contradicts itself, `refused` when it is of
 * something else than the catalog.
 */
export type Verdict =
  | { readonly verdict: 'good' }
  | { readonly verdict: 'broken'; readonly problem: string }
  /** The same sentence for all records that are refused for the same. */
  | { readonly verdict: 'refused'; readonly reason: string };

export interface JudgeOptions {
  readonly operations: Pick<Operations, 'catalog' | 'identify'>;
  /** Opened only when versions are to be told apart. */
  readonly versions: () => Promise<Pick<CatalogVersions, 'sources' | 'table'>>;
  /** Takes also what the catalog does not have: areas, operations, versions. */
  readonly force: boolean;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

interface Origin {
  readonly table: string;
  readonly id: string;
  readonly operation: string;
  readonly fingerprint: string;
}

const good: Verdict = { verdict: 'good' };
const mostRemembered = 1000;

/**
 * Judges records of an archive of well-known areas' results. What the catalog has of an operation
 * on a table is looked at once: a raster that is replaced after that makes no wrong result, as the
 * keys tell versions apart.
 */
export function recordJudge({
  operations,
  versions,
  force,
  clock,
}: JudgeOptions): (record: ArchiveRecord) => Promise<Verdict> {
  const ahead = operationsAhead(operations.catalog);
  const fingerprints = new Map<string, string>();
  const reasons = new Map<string, string>();

  return async (record) => {
    const origin = originOf(record);
    if ('problem' in origin) return { verdict: 'broken', problem: origin.problem };
    const reason = agedReason(record, origin) ?? (force ? undefined : await foreignReason(record, origin));
    return reason === undefined ? good : { verdict: 'refused', reason };
  };

  function agedReason({ schemaVersion, computedAt }: ArchiveRecord, { operation }: Origin): string | undefined {
    if (schemaVersion !== resultSchemaVersion) {
      return `schema version ${schemaVersion}, expected ${resultSchemaVersion}`;
    }
    const { hardLimitMilliseconds = Infinity } =
      operations.catalog.operations.get(readOperationText(operation).operation) ?? {};
    if (clock() - computedAt < hardLimitMilliseconds) return undefined;
    return `older than results of operation ${operation} are served (its hardLimit)`;
  }

  /** Why a result is not one of the catalog. */
  async function foreignReason(record: ArchiveRecord, origin: Origin): Promise<string | undefined> {
    const { table, operation, fingerprint } = origin;
    const which = `${table} ${operation}`;
    if (fingerprints.get(which) === fingerprint) return undefined;
    if (!operations.catalog.areas.has(table)) return `the catalog has no area table ${JSON.stringify(table)}`;
    const known = ahead.get(operation);
    if (!known) return `the catalog has no operation ${JSON.stringify(operation)}`;
    const before = reasons.get(`${which} ${fingerprint}`);
    if (before !== undefined) return before;
    const identity = await operations.identify({ ...known.resolved, area: { table, id: origin.id } });
    if (isRefusal(identity)) return `area table ${table} has no such area`;
    fingerprints.set(which, identity.fingerprint);
    if (identity.fingerprint === fingerprint) return undefined;
    const reason = await differenceOf(record, known, table);
    // A file of ever other fingerprints takes time, not memory.
    if (reasons.size === mostRemembered) reasons.clear();
    reasons.set(`${which} ${fingerprint}`, reason);
    return reason;
  }

  async function differenceOf({ about }: ArchiveRecord, { name, definition }: OperationAhead, table: string) {
    const now = await versions();
    const sources = await now.sources(definition);
    return versionDifference(about, { ...sources, operation: name, table, tableVersion: await now.table(table) });
  }
}

function originOf({ key, about }: ArchiveRecord): Origin | { readonly problem: string } {
  const { area, operation, fingerprint } = about;
  const slash = typeof area === 'string' ? area.indexOf('/') : -1;
  if (typeof area !== 'string' || slash < 1) return { problem: `area is ${show(area)}, expected table/id` };
  if (typeof operation !== 'string') return { problem: `operation is ${show(operation)}, expected text` };
  if (typeof fingerprint !== 'string') return { problem: `fingerprint is ${show(fingerprint)}, expected text` };
  const origin = { table: area.slice(0, slash), id: area.slice(slash + 1), operation, fingerprint };
  try {
    const expected = resultKey({ area: origin, operation, fingerprint });
    if (key === expected) return origin;
    return { problem: `key is ${show(key)}, but area, operation and fingerprint make ${show(expected)}` };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 200);
}
