import { type CatalogOperation, choicesOf, fillIn } from '@cellshed/catalog';
import type { Refusal } from '@cellshed/contracts';
import { type OperationChoice, valueProblem } from './resolve.ts';

/** The value that stands for all values of a parameter. */
export const everyValue = '*';

/** The part of an operation that says how it is spread; rasters may be unknown. */
type SpreadOperation = Pick<CatalogOperation, 'parameters'> & Partial<Pick<CatalogOperation, 'rasters'>>;

/** The choices that a choice with several values of parameters comes to, each with one. */
export interface Spread {
  readonly choices: readonly OperationChoice[];
  /** Whether a parameter has a list, even of one value, or `*`: then the answer is a list, too. */
  readonly isSeveral: boolean;
}

/**
 * Spreads a choice whose parameters may each have a list of values, or `*` for all: one choice for
 * each combination, in the order of the lists and of the catalog. More than `most` are refused
 * before they are made. What is no list is left as it is. With `*`, combinations that name a raster
 * twice are left out: nobody can ask for the change from a year to itself.
 */
export function spreadChoice(
  choice: OperationChoice,
  { operations }: { readonly operations: ReadonlyMap<string, SpreadOperation> },
  most: number,
): Spread | Refusal {
  const { parameters: known = {}, rasters = [] } = operations.get(choice.operation) ?? {};
  const { parameters: given = {} } = choice;
  const several = new Map<string, readonly string[]>();
  for (const [name, { values }] of Object.entries(known)) {
    const value = given[name];
    if (value === everyValue && !values.includes(everyValue)) several.set(name, values);
    if (!Array.isArray(value)) continue;
    several.set(name, value);
  }
  if (several.size === 0) return { choices: [choice], isSeveral: false };
  const refusal = countRefusal(several, most) ?? listRefusal(several, known);
  if (refusal) return refusal;
  const lists = Object.fromEntries(Array.from(several, ([name, values]) => [name, { values }]));
  const isEvery = Object.values(given).includes(everyValue);
  const combinations = Array.from(choicesOf({ parameters: lists }), (one) => ({ ...given, ...one }));
  const choices = combinations
    .filter((parameters) => !isEvery || !namesTwice(rasters, { ...presetsOf(known), ...parameters }))
    .map((parameters) => ({ ...choice, parameters }));
  if (choices.length === 0) return { path: [...several.keys()].join(', '), problem: nothingLeft };
  return { choices, isSeveral: true };
}

const nothingLeft = `names the same raster twice with all values of "${everyValue}", expected two different ones`;

function presetsOf(parameters: NonNullable<CatalogOperation['parameters']>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(parameters).map(([name, { default: preset }]) => [name, preset]));
}

/** Whether a raster comes twice. What is no text names none, and is refused later. */
function namesTwice(rasters: readonly string[], parameters: Readonly<Record<string, unknown>>): boolean {
  const texts = Object.entries(parameters).filter((one): one is [string, string] => typeof one[1] === 'string');
  const given = Object.fromEntries(texts);
  const named = rasters.map((raster) => fillIn(raster, given));
  return new Set(named).size < named.length;
}

function listRefusal(
  lists: ReadonlyMap<string, readonly unknown[]>,
  known: NonNullable<SpreadOperation['parameters']>,
): Refusal | undefined {
  for (const [path, values] of lists) {
    if (values.length === 0) return { path, problem: `is an empty list, expected values or "${everyValue}" for all` };
    const seen = new Set<unknown>();
    for (const [i, value] of values.entries()) {
      const possible = known[path]?.values ?? [];
      if (value === everyValue && !possible.includes(everyValue))
        return {
          path: `${path}.${i}`,
          problem: `is "${everyValue}" in a list; expected "${everyValue}" alone for all values`,
        };
      const problem = valueProblem(value, possible);
      if (problem !== undefined) return { path: `${path}.${i}`, problem };
      if (seen.has(value)) {
        const shown = (JSON.stringify(value) ?? 'nothing').slice(0, 100);
        return { path: `${path}.${i}`, problem: `is ${shown}, which is in the list already; expected each value once` };
      }
      seen.add(value);
    }
  }
  return undefined;
}

function countRefusal(several: ReadonlyMap<string, readonly unknown[]>, most: number): Refusal | undefined {
  const count = [...several.values()].reduce((product, { length }) => product * length, 1);
  if (count <= most) return undefined;
  const factors = Array.from(several, ([name, { length }]) => `${length} of ${name}`);
  const are = factors.length > 1 ? `${factors.join(' by ')} are ${count}` : `${count} values are given`;
  return { path: [...several.keys()].join(', '), problem: `${are}, at most ${most} are allowed` };
}
