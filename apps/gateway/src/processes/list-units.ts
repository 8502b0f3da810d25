import type { Catalog, OpenAreas } from '@cellshed/catalog';
import {
  type GroupReference,
  isRefusal,
  type Refusal,
  type TableReference,
  type UnitsReference,
} from '@cellshed/contracts';
import { noLinks, noWithin, type Units } from '@cellshed/operations';
import { refused } from '../problems/problem-error.ts';
import type { AskedUnits, WellKnown } from './asked.ts';

export interface ListUnitsSources {
  readonly catalog: Pick<Catalog, 'areas'>;
  readonly tables: Pick<OpenAreas, 'use'>;
  readonly units: Pick<Units, 'of' | 'valuesOf'>;
}

/** An area of a table, or several as one. */
export type UnitArea = TableReference | UnitsReference;

/** The place of a request's inputs in its body. */
const inputs = 'inputs';

/**
 * Lists the areas of a table that are meant. Reads the values of a property of all areas, once for
 * each table as it is. Throws a ProblemError (400) that names the member.
 */
export async function listUnits(asked: AskedUnits, sources: ListUnitsSources): Promise<readonly UnitArea[]> {
  const { table, within, by, isSum, upstream } = asked;
  const { catalog, tables, units } = sources;
  if (!catalog.areas.has(table)) throw refused({ path: `${inputs}.areas`, problem: noTable(table, catalog) });
  if (by !== undefined) {
    const inside = within && (await groupWithin(table, within, { ...sources, at: inputs }));
    const values = found(await tables.use(table, (open) => units.valuesOf(by, open, inside)), { at: inputs });
    expectFew(values, asked);
    expectShort([by, ...values], by);
    return values.map((value): GroupReference => ({ table, by, value, ...(inside && { within: inside }) }));
  }
  const larger = within as WellKnown;
  if (isSum) {
    const group = { table, ...(await groupWithin(table, larger, { ...sources, at: inputs })) };
    found(await tables.use(table, (open) => units.of(group, open)), { at: inputs, path: 'within' });
    return [group];
  }
  const ids = await idsWithin(table, larger, { ...sources, at: inputs });
  expectFew(ids, asked);
  return ids.map((id) => (upstream ? { table, upstream: id } : { table, id }));
}

/** The object of which the larger area is the member `within`, for sentences; empty: of a query. */
interface Place {
  readonly at: string;
}

/** The ids of the areas of a table that lie in a larger area, ascending: at least one. */
export async function idsWithin(
  table: string,
  within: WellKnown,
  { at, ...sources }: ListUnitsSources & Place,
): Promise<readonly string[]> {
  const group = { table, ...(await groupWithin(table, within, { ...sources, at })) };
  const ids = await sources.tables.use(table, (open) => sources.units.of(group, open));
  return found(ids, { at, path: 'within' });
}

/** The ids of the areas of a table that drain directly into an area of it, ascending. */
export async function idsInto(
  table: string,
  id: string,
  { catalog, tables, units }: ListUnitsSources,
): Promise<readonly string[]> {
  const by = catalog.areas.get(table)?.downstream;
  if (by === undefined) throw refused({ ...noLinks(table), path: 'drainsInto' });
  return tables.use(table, async (open) => {
    const problem = `is ${shown(id)}, but area table ${table} has no area with this id`;
    if (!(await open.has(id))) throw refused({ path: 'drainsInto', problem });
    const ids = await units.of({ table, by, value: id }, open);
    return isRefusal(ids) ? [] : ids;
  });
}

/** The ids of an area of a table and of all that drain into it, ascending. */
export async function idsUpstream(
  table: string,
  id: string,
  { catalog, tables, units }: ListUnitsSources,
): Promise<readonly string[]> {
  if (catalog.areas.get(table)?.downstream === undefined) throw refused({ ...noLinks(table), path: 'upstreamOf' });
  const ids = await tables.use(table, (open) => units.of({ table, upstream: id }, open));
  return found(ids, { at: '', path: 'upstreamOf' });
}

/** The property that says which areas lie in the larger one, and its value. */
async function groupWithin(
  table: string,
  { table: larger, id: value }: WellKnown,
  { at, catalog, tables }: ListUnitsSources & Place,
): Promise<{ readonly by: string; readonly value: string }> {
  const refusal = (problem: string) =>
    refused({ path: 'within', problem: `is ${shown(`${larger}/${value}`)}, but ${problem}` }, at);
  if (!catalog.areas.has(larger)) throw refusal(noTable(larger, catalog));
  const properties = catalog.areas.get(table)?.within ?? {};
  const by = Object.hasOwn(properties, larger) ? properties[larger] : undefined;
  if (by === undefined) throw refusal(noWithin(table, larger, Object.keys(properties)));
  if (!(await tables.use(larger, (open) => open.has(value))))
    throw refusal(`area table ${larger} has no area with this id`);
  return { by, value };
}

function found<Value extends object>(answer: Value | Refusal, { at, path }: Place & { readonly path?: string }): Value {
  if (isRefusal(answer)) throw refused({ ...answer, path: path ?? answer.path ?? 'areas' }, at);
  return answer;
}

function expectFew({ length }: readonly unknown[], { table, by, most }: AskedUnits): void {
  if (length <= most) return;
  const what = by === undefined ? `${length} areas of table ${table} are meant` : `${length} values of ${by} are meant`;
  const problem = `${what}, at most ${most} are allowed for so many operations (MULTI_LIMIT); catchment table answers more`;
  throw refused({ path: 'areas', problem }, inputs);
}

/** The most characters of a property and of a value as keys have them: with some encoded. */
const mostCharacters = 300;

function expectShort(texts: readonly string[], by: string): void {
  const long = texts.find((text) => !text.isWellFormed() || encodeURIComponent(text).length > mostCharacters);
  if (long === undefined) return;
  const problem = `is ${shown(by)}, of which a value is ${shown(long)}; expected values of at most ${mostCharacters} characters`;
  throw refused({ path: 'by', problem }, inputs);
}

function noTable(table: string, { areas }: Pick<Catalog, 'areas'>): string {
  return `no area table is called ${shown(table)}; expected one of ${[...areas.keys()].join(', ') || 'none'}`;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
