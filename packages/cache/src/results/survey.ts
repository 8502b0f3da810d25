import { expectFunctionsOf, expectList, expectNumber, expectObject } from '@cellshed/expected';
import { decodeHeader, type EntryHeader, entryHeaderBytes } from '../entry.ts';
import type { Store } from '../stores/store.ts';
import type { ResultKeyParts } from './key.ts';
import { type ResultSelection, type SelectedResult, selectedResults } from './selection.ts';

export interface SurveyOptions {
  /** The number of keys that are looked at, and of headers that are read, at once; default 500. */
  readonly stepKeys?: number;
  /** Hears how many keys were looked at since the beginning, after each step. */
  readonly onLooked?: (looked: number) => void;
  /** Ends the walk before its next step, by throwing the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * A result and its header, before its value is read. No header: the value under the key is no
 * entry.
 */
export interface ListedResult extends SelectedResult {
  readonly header: EntryHeader | undefined;
}

/**
 * The results of one operation in one table, or in drawn areas (`null`). Times are milliseconds
 * since 1970.
 */
export interface SurveyGroup {
  readonly table: string | null;
  readonly operation: string;
  readonly entries: number;
  /** The length of the values themselves, before compression and without what a store adds. */
  readonly valueBytes: number;
  /** The time when the oldest was computed; `null`: no entry can be read. */
  readonly oldest: number | null;
  readonly newest: number | null;
  /** No longer fresh, but still served. */
  readonly stale: number;
  /** No longer served. */
  readonly expired: number;
  /** Not served, as they are of another schema version. */
  readonly otherSchema: number;
  /**
   * The number of results that are not served because the value is no entry, or has a damaged
   * header. Values are not read, so a damaged value is not noticed.
   */
  readonly unreadable: number;
  /**
   * Never asked for again, as what they were computed from was replaced; and their bytes. `null`
   * where nobody told.
   */
  readonly superseded: number | null;
  readonly supersededBytes: number | null;
  /** The number of results of sources that the caller does not have. `null` as above. */
  readonly unlisted: number | null;
}

/** The standing of a result: whether it can still be asked for. */
export type ResultStanding = 'current' | 'superseded' | 'unlisted' | 'unknown';

/**
 * Yields the selected results with their headers, in the store's order and in bounded memory.
 * Those that went in the meantime are left out. As with the store's `keys`, a result that is
 * written meanwhile may come twice.
 */
export async function* listResults(
  store: Pick<Store, 'keys' | 'head'>,
  selection: ResultSelection,
  { stepKeys = 500, onLooked, signal }: SurveyOptions = {},
): AsyncIterable<ListedResult> {
  expectFunctionsOf('the store that is listed', store, ['keys', 'head']);
  let sum = 0;
  for await (const { looked, found } of selectedResults(store, selection, stepKeys)) {
    signal?.throwIfAborted();
    const heads = await Promise.all(found.map(({ key }) => store.head(key, entryHeaderBytes)));
    for (const [index, result] of found.entries()) {
      const bytes = heads[index];
      if (bytes) yield { ...result, header: decodeHeader(bytes) };
    }
    sum += looked;
    onLooked?.(sum);
  }
}

/** The knowledge with which `surveyResults` judges its findings. */
export interface SurveyJudging {
  /** Decides what is stale; in milliseconds since 1970. */
  readonly now: number;
  readonly schemaVersion: number;
  /** Tells the standing of a result; absent: nothing is known of what was superseded. */
  readonly standing?: ((parts: ResultKeyParts) => Promise<ResultStanding>) | undefined;
}

/** Adds up the selected results by table and operation: tables by name, drawn areas last. */
export async function surveyResults(
  store: Pick<Store, 'keys' | 'head'>,
  selection: ResultSelection,
  judging: SurveyOptions & SurveyJudging,
): Promise<readonly SurveyGroup[]> {
  expectObject('how a survey judges', judging);
  const { now, schemaVersion, standing, ...options } = judging;
  expectNumber('now of a survey', now);
  expectNumber('schemaVersion of a survey', schemaVersion);
  const groups = new Map<string, SurveyGroup>();
  for await (const { parts, header } of listResults(store, selection, options)) {
    const table = 'table' in parts.area ? parts.area.table : null;
    const name = JSON.stringify([table, parts.operation]);
    const one = groupOfOne(header, { now, schemaVersion, standing: await standing?.(parts) });
    const sum = groups.get(name);
    groups.set(name, sum ? add(sum, one) : { table, operation: parts.operation, ...one });
  }
  return [...groups.values()].sort(
    (a, b) =>
      Number(a.table === null) - Number(b.table === null) ||
      order(a.table ?? '', b.table ?? '') ||
      order(a.operation, b.operation),
  );
}

type Figures = Omit<SurveyGroup, 'table' | 'operation'>;

const nothing: Figures = {
  ...{ entries: 0, valueBytes: 0, oldest: null, newest: null },
  ...{ stale: 0, expired: 0, otherSchema: 0, unreadable: 0 },
  ...{ superseded: 0, supersededBytes: 0, unlisted: 0 },
};

/** Adds groups up. */
export function addGroups(groups: readonly SurveyGroup[]): Figures {
  expectList('groups of a survey', groups);
  return groups.reduce<Figures>(add, nothing);
}

interface Judged {
  readonly now: number;
  readonly schemaVersion: number;
  readonly standing: ResultStanding | undefined;
}

function groupOfOne(header: EntryHeader | undefined, at: Judged): Figures {
  const standing = standingFigures(at.standing, header?.valueBytes ?? 0);
  if (!header) return { ...nothing, ...standing, entries: 1, unreadable: 1 };
  const { computedAt, freshUntil, hardUntil, valueBytes, schemaVersion } = header;
  const expired = hardUntil !== null && at.now > hardUntil;
  // A superseded result is not served, so it is not stale either.
  const stale = !expired && standing.superseded !== 1 && freshUntil !== null && at.now > freshUntil;
  const otherSchema = schemaVersion !== at.schemaVersion;
  return {
    ...{ entries: 1, valueBytes, oldest: computedAt, newest: computedAt },
    ...{ stale: Number(stale), expired: Number(expired), otherSchema: Number(otherSchema), unreadable: 0 },
    ...standing,
  };
}

function standingFigures(standing: ResultStanding | undefined, valueBytes: number) {
  if (standing === undefined) return { superseded: null, supersededBytes: null, unlisted: null };
  const isSuperseded = standing === 'superseded';
  return {
    superseded: Number(isSuperseded),
    supersededBytes: isSuperseded ? valueBytes : 0,
    unlisted: Number(standing === 'unlisted'),
  };
}

/** Keeps the left one's other members. */
function add<Left extends Figures>(left: Left, right: Figures): Left & Figures {
  const times = [left.oldest, left.newest, right.oldest, right.newest].filter((time) => time !== null);
  return {
    ...left,
    entries: left.entries + right.entries,
    valueBytes: left.valueBytes + right.valueBytes,
    oldest: times.length > 0 ? Math.min(...times) : null,
    newest: times.length > 0 ? Math.max(...times) : null,
    stale: left.stale + right.stale,
    expired: left.expired + right.expired,
    otherSchema: left.otherSchema + right.otherSchema,
    unreadable: left.unreadable + right.unreadable,
    superseded: plus(left.superseded, right.superseded),
    supersededBytes: plus(left.supersededBytes, right.supersededBytes),
    unlisted: plus(left.unlisted, right.unlisted),
  };
}

function plus(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : left + right;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
