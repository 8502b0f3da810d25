import { contractOf, type Definition, operationContracts } from './operation-types.ts';

/** The rasters that a definition names: those of the list, and one for each role. */
interface NamedRasters {
  readonly rasters: readonly string[];
}

/** The roles that rasters beside the list can play, whatever the type, in their order. */
const allRoles = [...new Set(operationContracts.flatMap(({ roles }) => Object.keys(roles)))];

/** The rasters that play a role in a definition, by their roles. */
export function rastersByRole(definition: NamedRasters): Record<string, string> {
  const named = definition as NamedRasters & Readonly<Record<string, string | undefined>>;
  return Object.fromEntries(
    allRoles.flatMap((role) => {
      const raster = named[role];
      return raster === undefined ? [] : [[role, raster]];
    }),
  );
}

/** The names of all rasters of a definition: the list, then those with roles. Names may repeat. */
export function rastersOf(definition: NamedRasters): string[] {
  return [...definition.rasters, ...Object.values(rastersByRole(definition))];
}

/** The definition with each raster's name put through `rename`, in the order of `rastersOf`. */
export function renameRasters<D extends NamedRasters>(definition: D, rename: (name: string) => string): D {
  const rasters = definition.rasters.map(rename);
  const others = Object.entries(rastersByRole(definition)).map(([role, raster]) => [role, rename(raster)]);
  return { ...definition, rasters, ...Object.fromEntries(others) };
}

/** A definition with other rasters, in the order of `rastersOf`; undefined: not as many. */
export function withRasters(definition: Definition, rasters: readonly string[]): Definition | undefined {
  if (rastersOf(definition).length !== rasters.length) return undefined;
  const others = rasters.values();
  return renameRasters(definition, () => others.next().value as string);
}

/** The definition without the names of its rasters and lines. */
export function withoutNames(definition: Definition): Readonly<Record<string, unknown>> {
  const names = ['rasters', 'lines', ...allRoles];
  return Object.fromEntries(Object.entries(definition).filter(([member]) => !names.includes(member)));
}

/** Whether an operation counts the cells on lines, in place of those that a coverage takes. */
export function countsOnLines({ type }: Pick<Definition, 'type'>): boolean {
  return 'lines' in contractOf(type).lines;
}

/** The line source of the catalog that a definition names. */
export function lineSourceOf(definition: Pick<Definition, 'type'>): string | undefined {
  return countsOnLines(definition) ? (definition as { readonly lines?: string }).lines : undefined;
}

/** Whether lines have to come with each request. */
export function needsLines(definition: Pick<Definition, 'type'>): boolean {
  return countsOnLines(definition) && lineSourceOf(definition) === undefined;
}
