import { type Definition, rastersOf, renameRasters } from '@cellshed/contracts';
import type { CatalogOperation } from './entries.ts';

/**
 * The definition of an operation of the catalog, for each area: its entry without names and
 * lifetimes, with the values of parameters in the names of rasters. Every parameter must be given.
 */
export function definitionOf(
  operation: CatalogOperation,
  parameters: Readonly<Record<string, string>> = {},
): Definition {
  const {
    name,
    title,
    description,
    lifetimeMilliseconds,
    hardLimitMilliseconds,
    maxAgeMilliseconds,
    staleWhileRevalidateMilliseconds,
    tally,
    parameters: _,
    isMany,
    ...definition
  } = operation;
  return renameRasters(definition, (raster) => fillIn(raster, parameters));
}

/** The text with each `{name}` of a parameter replaced by its value; others stay. */
export function fillIn(text: string, parameters: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{([a-zA-Z0-9_]+)\}/g, (written, name: string) =>
    Object.hasOwn(parameters, name) ? (parameters[name] as string) : written,
  );
}

/**
 * All combinations of the values of an operation's parameters: one, which is empty, where it has no
 * parameters.
 */
export function* choicesOf({
  parameters = {},
}: Pick<CatalogOperation, 'parameters'>): Generator<Record<string, string>> {
  const names = Object.keys(parameters);
  const choose = function* (index: number, chosen: Record<string, string>): Generator<Record<string, string>> {
    const name = names[index];
    if (name === undefined) return yield chosen;
    for (const value of parameters[name]?.values ?? []) yield* choose(index + 1, { ...chosen, [name]: value });
  };
  yield* choose(0, {});
}

/** All rasters that an operation may use, with any values of its parameters, each once. */
export function everyRasterOf(operation: CatalogOperation): string[] {
  return [...new Set(Array.from(choicesOf(operation), (choice) => rastersOf(definitionOf(operation, choice))).flat())];
}
