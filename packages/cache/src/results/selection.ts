import {
  expected,
  expectFunction,
  expectIfAny,
  expectList,
  expectMembers,
  expectNumber,
  expectObject,
  expectText,
} from '@cellshed/expected';
import type { Store } from '../stores/store.ts';
import { parseResultKey, type ResultKeyParts, resultKey } from './key.ts';

/**
 * A choice of results: those that fit every member that is given. A list fits where one of its
 * items does, so an empty one fits nothing; a selection without members fits every result.
 */
export interface ResultSelection {
  readonly tables?: readonly string[];
  /** Well-known areas, or drawn ones by their hash. */
  readonly areas?: readonly ResultKeyParts['area'][];
  /** A list of them, or a test of what keys call them. */
  readonly operations?: readonly string[] | ((operation: string) => boolean);
  /** Drawn areas only. */
  readonly drawn?: true;
  /** A condition that is checked last, for results that fit all others. */
  readonly where?: (parts: ResultKeyParts) => Promise<boolean>;
}

/** A result in a store. */
export interface SelectedResult {
  readonly key: string;
  readonly parts: ResultKeyParts;
}

/** The findings of one step through a store. */
export interface SelectionStep {
  /** Keys looked at in this step, of results or not. */
  readonly looked: number;
  readonly found: readonly SelectedResult[];
}

/**
 * Makes a test of results. Throws a `TypeError` for a selection that is none: one that is misspelt
 * would fit every result.
 */
export function selector(selection: ResultSelection): (parts: ResultKeyParts) => boolean {
  checkSelection(selection);
  const { tables, areas, operations, drawn } = selection;
  const tableSet = tables && new Set(tables);
  const areaSet = areas && new Set(areas.map(areaText));
  const fits = typeof operations === 'object' ? hasIn(operations) : operations;
  return ({ area, operation }) =>
    (!drawn || 'drawn' in area) &&
    (!tableSet || ('table' in area && tableSet.has(area.table))) &&
    (!areaSet || areaSet.has(areaText(area))) &&
    (!fits || fits(operation));
}

/**
 * The longest text with which the keys of all selected results begin. Throws a `RangeError` for a
 * name of which no key can be made, as it is empty, too long or not well-formed.
 */
export function selectionPrefix(selection: ResultSelection): string {
  checkSelection(selection);
  const { tables, areas, operations, drawn } = selection;
  if (areas && areas.length > 0) {
    return commonStart(
      areas.flatMap((area) =>
        typeof operations === 'object' && operations.length > 0
          ? operations.map((operation) => firstParts({ ...anyResult, area, operation }, 4))
          : firstParts({ ...anyResult, area }, 3),
      ),
    );
  }
  if (tables && tables.length > 0) {
    return commonStart(tables.map((table) => firstParts({ ...anyResult, area: { table, id: '-' } }, 2)));
  }
  return firstParts(anyResult, drawn ? 2 : 1);
}

/**
 * Lists the selected results of a store, in the store's order and in bounded memory. Values that
 * are no results are skipped. Each step looks at `stepKeys` keys at most. As with the store's
 * `keys`, results that are set or deleted meanwhile may or may not be found, and a result may be
 * found twice.
 */
export async function* selectedResults(
  store: Pick<Store, 'keys'>,
  selection: ResultSelection,
  stepKeys: number,
): AsyncIterable<SelectionStep> {
  expectStep(stepKeys);
  const selected = selector(selection);
  let looked = 0;
  let found: SelectedResult[] = [];
  for await (const key of store.keys(selectionPrefix(selection))) {
    const parts = parseResultKey(key);
    if (parts && selected(parts) && (!selection.where || (await selection.where(parts)))) found.push({ key, parts });
    looked += 1;
    if (looked < stepKeys) continue;
    yield { looked, found };
    looked = 0;
    found = [];
  }
  if (looked > 0) yield { looked, found };
}

/** Throws a `RangeError` unless a walk may look at so many keys at once. */
function expectStep(stepKeys: number): void {
  expectNumber('stepKeys', stepKeys);
  if (!(Number.isInteger(stepKeys) && stepKeys > 0)) {
    throw new RangeError(`stepKeys is ${stepKeys}, expected a whole number from 1`);
  }
}

function checkSelection(selection: ResultSelection): void {
  expectObject('a selection', selection);
  expectMembers('a selection', selection, ['tables', 'areas', 'operations', 'drawn', 'where']);
  const { tables, areas, operations, drawn, where } = selection;
  expectIfAny('tables of a selection', tables, expectTexts);
  expectIfAny('areas of a selection', areas, expectList);
  areas?.forEach((area, i) => {
    expectObject(`areas[${i}] of a selection`, area);
  });
  if (typeof operations !== 'function') expectIfAny('operations of a selection', operations, expectTexts);
  if (drawn !== undefined) expected('drawn of a selection', drawn, [drawn === true, 'true']);
  expectIfAny('where of a selection', where, expectFunction);
}

function expectTexts(what: string, value: unknown): void {
  expectList(what, value);
  value.forEach((one, i) => {
    expectText(`${what}, item ${i}`, one);
  });
}

function hasIn(names: readonly string[]): (name: string) => boolean {
  const set = new Set(names);
  return (name) => set.has(name);
}

const anyResult: ResultKeyParts = { area: { drawn: '-' }, operation: '-', fingerprint: '-' };

function firstParts(parts: ResultKeyParts, count: number): string {
  return `${resultKey(parts).split(':').slice(0, count).join(':')}:`;
}

function commonStart(texts: readonly string[]): string {
  return texts.reduce((start, text) => {
    let length = 0;
    while (length < start.length && start[length] === text[length]) length += 1;
    return start.slice(0, length);
  });
}

function areaText(area: ResultKeyParts['area']): string {
  if ('drawn' in area) return JSON.stringify([area.drawn]);
  if ('id' in area) return JSON.stringify([area.table, area.id]);
  if ('upstream' in area) return JSON.stringify([area.table, 'upstream', area.upstream]);
  const { table, by, value, within } = area;
  return JSON.stringify([table, by, value, within?.by ?? null, within?.value ?? null]);
}
