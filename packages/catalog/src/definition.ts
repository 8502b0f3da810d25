import type { CatalogOperation } from './catalog.ts';
import type { Definition } from './schema.ts';

/**
 * The names of all rasters of a definition: those whose values make the groups, then the others.
 * One may come twice.
 */
export function rastersOf(definition: RastersOfDefinition): string[] {
  const { rasters, target, weights } = definition;
  return [...rasters, ...(target === undefined ? [] : [target]), ...(weights === undefined ? [] : [weights])];
}

interface RastersOfDefinition {
  readonly rasters: readonly string[];
  readonly target?: string;
  readonly weights?: string;
}

/** The definition with each raster's name put through `rename`. */
export function renameRasters<D extends RastersOfDefinition>(definition: D, rename: (name: string) => string): D {
  const { rasters, target, weights } = definition;
  return {
    ...definition,
    rasters: rasters.map(rename),
    ...(target !== undefined && { target: rename(target) }),
    ...(weights !== undefined && { weights: rename(weights) }),
  };
}

/**
 * What an operation of the catalog computes: its entry without names and lifetimes, `{parameter}`
 * in the names of rasters filled in. Of `groupedCountMany` it is what is done with each area. Every
 * parameter must be given.
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
    tally,
    parameters: _,
    ...entry
  } = operation;
  const definition = entry.type === 'groupedCountMany' ? { ...entry, type: 'groupedCount' as const } : entry;
  return renameRasters(definition, (raster) => fillIn(raster, parameters));
}

/** The text with each `{name}` of a parameter replaced by its value; others stay. */
export function fillIn(text: string, parameters: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{([a-zA-Z0-9_]+)\}/g, (written, name: string) =>
    Object.hasOwn(parameters, name) ? (parameters[name] as string) : written,
  );
}

/**
 * All that an operation's parameters can be; one without parameters has one such choice, the empty
 * one.
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

/** All rasters that an operation may use, whatever its parameters, each once. */
export function everyRasterOf(operation: CatalogOperation): string[] {
  return [...new Set(Array.from(choicesOf(operation), (choice) => rastersOf(definitionOf(operation, choice))).flat())];
}
