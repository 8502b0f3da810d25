import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { areaEndings, areaFileKind, databasePlace, isDatabase } from '@cellshed/areas';
import type { Catalog, CatalogAreaTable } from '@cellshed/catalog';
import { NotUnderstood } from '../exit-codes.ts';

/** The areas of a table: an area table of the catalog, or a file of polygons. */
export interface TableAreas {
  /** The catalog, with the file as an area table. */
  readonly catalog: Catalog;
  /** The area table in that catalog. */
  readonly table: string;
  /** The name that rows have for it; of a file, its own. */
  readonly shownAs: string;
  /** The files of areas and lines that the catalog names, and the file of polygons. */
  readonly files: readonly string[];
}

/** The source of the areas, as plain JSON without passwords. */
export interface AreaSource {
  readonly source: string | null;
  readonly layer: string | null;
  readonly idFrom: string;
  readonly nameFrom: string | null;
}

/** Tells areas of one source from those of another, or of another part of it. */
export function areaSource({ source, table, id, nameProperty }: CatalogAreaTable): AreaSource {
  return {
    source: (isDatabase(source) ? databasePlace(source) : source) ?? null,
    ...{ layer: table ?? null, idFrom: id, nameFrom: nameProperty ?? null },
  };
}

/** The parts of a file of polygons. */
export interface PolygonFileOptions {
  readonly layer?: string | undefined;
  /** The property that tells areas apart; default: `id` of GeoJSON, else `fid`. */
  readonly idFrom?: string | undefined;
  readonly nameFrom?: string | undefined;
  /** The property with the id of the area that an area drains into. */
  readonly downstreamFrom?: string | undefined;
}

/**
 * Finds the areas that a user names: an area table of the catalog, else a file. Throws a sentence
 * for what is neither, and for options of files beside a table.
 */
export function tableAreas(text: string, options: PolygonFileOptions, catalog: Catalog): TableAreas {
  const { layer, idFrom, nameFrom, downstreamFrom } = options;
  if (catalog.areas.has(text)) {
    const ofFiles = {
      '--layer': layer,
      '--id-from': idFrom,
      '--name-from': nameFrom,
      '--downstream-from': downstreamFrom,
    };
    const given = Object.entries(ofFiles).find(([, value]) => value !== undefined);
    if (given)
      throw new NotUnderstood(`${given[0]} is of a file of polygons, but ${text} is an area table of the catalog`);
    return { catalog, table: text, shownAs: text, files: filesOf(catalog) };
  }
  const kind = areaFileKind(text);
  if (kind === undefined) throw new NotUnderstood(neither(text, catalog));
  if (!existsSync(text)) throw new Error(`${text}: there is no such file`);
  const name = unusedName([...catalog.areas.keys()]);
  const table = {
    name,
    source: resolve(text),
    id: idFrom ?? kind.usualId,
    ...(layer !== undefined && { table: layer }),
    ...(nameFrom !== undefined && { nameProperty: nameFrom }),
    ...(downstreamFrom !== undefined && { downstream: downstreamFrom }),
  };
  return {
    ...{ catalog: { ...catalog, areas: new Map([[name, table]]) }, table: name, shownAs: basename(text) },
    files: [...filesOf(catalog), table.source],
  };
}

/**
 * A message in the user's words: a file of polygons is no table of the catalog to him, and is named
 * by its path, and what it lacks by the options that say it.
 */
export function inOwnWords(
  message: string,
  { table, shownAs, catalog }: Pick<TableAreas, 'table' | 'shownAs' | 'catalog'>,
): string {
  if (table === shownAs) return message;
  return message
    .replaceAll(`${catalog.path}: areas.${table}: `, '')
    .replaceAll(`area table ${table}: `, '')
    .replaceAll(`table ${table} `, `${shownAs} `)
    .replace(': table is missing, ', ': --layer is missing, ')
    .replace(/: feature \d+: \S+ is missing, expected an id: .*$/, '$&; --id-from names the property');
}

/** Throws what went wrong with the areas of a user in his own words. */
export function retelling(where: Parameters<typeof inOwnWords>[1]) {
  return (cause: Error): never => {
    throw new Error(inOwnWords(cause.message, where), { cause });
  };
}

function filesOf({ areas, lines }: Catalog): string[] {
  return [...areas.values(), ...lines.values()].map(({ source }) => source).filter((one) => !isDatabase(one));
}

function neither(text: string, { areas }: Catalog): string {
  const known = [...areas.keys()].join(', ') || 'none';
  return `${JSON.stringify(text)} is no area table of the catalog (${known}), and no file that ends in ${areaEndings.join(', ')}`;
}

function unusedName(taken: readonly string[]): string {
  let name = 'polygons';
  while (taken.includes(name)) name += '_';
  return name;
}
