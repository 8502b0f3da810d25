import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { AreaTableEntry, RasterEntry } from '@cellshed/catalog';
import { titleOf } from './names.ts';
import type { FoundTable } from './read-areas.ts';
import type { FoundRaster } from './read-raster.ts';
import { isUrl } from './sources.ts';

export type NamedTable = FoundTable & { readonly name: string };

/** A raster as it stands in a catalog at `out`. */
export function rasterEntry({ location, values, name }: FoundRaster, out: string): RasterEntry {
  const legend = values.kind === 'classes' ? values.legend : undefined;
  return {
    title: titleOf(name),
    url: placeFrom(out, location),
    ...(legend && {
      legend: Object.fromEntries([...legend].map(([value, one]) => [value, one.color ? one : one.label])),
    }),
  };
}

/** An area table as it stands in a catalog at `out`. */
export function tableEntry({ location, table, id, nameProperty, name }: NamedTable, out: string): AreaTableEntry {
  return {
    title: titleOf(name),
    source: placeFrom(out, location),
    ...(table !== undefined && { table }),
    id,
    ...(nameProperty !== undefined && { name: nameProperty }),
  };
}

/** A path relative to the catalog; URLs and absolute paths as they are. */
function placeFrom(out: string, location: string): string {
  return isAbsolute(location) || isUrl(location) ? location : relative(dirname(resolve(out)), resolve(location));
}
