import type { Bbox } from '@cellshed/areas';
import type { CatalogFile } from '@cellshed/catalog';
import { boxOfGrid, type Grid } from '@cellshed/raster';
import { aligns, mendLine } from '../aligning.ts';
import { type NamedTable, rasterEntry, tableEntry } from './entries.ts';
import { nameGiver, stemOf } from './names.ts';
import { operationsOf } from './operations.ts';
import { type FoundTable, readTables } from './read-areas.ts';
import { type FoundRaster, readRaster } from './read-raster.ts';
import { findSources, type Source } from './sources.ts';

/** A catalog that has been made, and what was found for it. */
export interface MadeCatalog {
  readonly file: CatalogFile;
  readonly rasters: readonly MadeRaster[];
  readonly tables: readonly NamedTable[];
  /** Files of folders that cannot be used. */
  readonly leftOut: readonly { readonly location: string; readonly problem: string }[];
}

export interface MadeRaster extends FoundRaster {
  /** The command that makes a file which aligns with the first raster; undefined: this one does. */
  readonly mend: string | undefined;
}

/**
 * Makes a catalog of rasters and polygons that a user names: files, folders, URLs of rasters. `out`
 * is the place of the catalog, to which paths are relative. Throws a sentence for each file that
 * cannot be used.
 */
export async function makeCatalog(named: readonly string[], out: string): Promise<MadeCatalog> {
  const sources = await findSources(named);
  const rasterLooks = await lookAtRasters(sources);
  const rasters = rasterLooks.flatMap((look) => ('found' in look ? [look.found] : []));
  const [first] = rasters;
  const tableLooks = await lookAtTables(sources, first && boxOf(first.opened.grid));
  const failures = [...rasterLooks, ...tableLooks].filter((look) => 'problem' in look);
  const refused = failures.filter(({ source }) => !source.isFromFolder);
  if (refused.length > 0) throw new Error(refused.map(({ problem }) => problem).join('\n'));
  if (first === undefined) throw new Error('none of these is a raster that can be used; a catalog needs at least one');
  const giveName = nameGiver(['drawn']);
  const tables = tableLooks
    .flatMap((look) => ('found' in look ? look.found : []))
    .map((table) => ({ ...table, name: giveName(table.table ?? stemOf(table.location)) }));
  return {
    file: {
      rasters: Object.fromEntries(rasters.map((raster) => [raster.name, rasterEntry(raster, out)])),
      operations: operationsOf(rasters, (one, other) => aligns(one.opened, other.opened)),
      ...(tables.length > 0 && { areas: Object.fromEntries(tables.map((one) => [one.name, tableEntry(one, out)])) }),
    },
    rasters: rasters.map((raster) => ({
      ...raster,
      mend: aligns(first.opened, raster.opened) ? undefined : mendLine(raster, first.opened),
    })),
    tables,
    leftOut: failures.map(({ source, problem }) => ({ location: source.location, problem })),
  };
}

type Look<Found> = { readonly found: Found } | { readonly source: Source; readonly problem: string };

function lookAtRasters(sources: readonly Source[]): Promise<Look<FoundRaster>[]> {
  const giveName = nameGiver();
  const rasters = sources
    .filter(({ kind }) => kind === 'raster')
    .map((source) => ({ source, name: giveName(stemOf(source.location)) }));
  return Promise.all(rasters.map(({ source, name }) => attempt(source, () => readRaster({ ...source, name }))));
}

function lookAtTables(sources: readonly Source[], box: Bbox | undefined): Promise<Look<FoundTable[]>[]> {
  const areas = sources.filter(({ kind }) => kind === 'areas');
  return Promise.all(areas.map((source) => attempt(source, () => readTables(source.location, box))));
}

/** The box of a grid as area tables are asked by it: behind the antimeridian, east is less. */
function boxOf(grid: Grid): Bbox | undefined {
  const box = boxOfGrid(grid);
  if (box === undefined) return undefined;
  const [west, south, east, north] = box;
  return [west, south, east > 180 ? east - 360 : east, north];
}

async function attempt<Found>(source: Source, read: () => Promise<Found>): Promise<Look<Found>> {
  try {
    return { found: await read() };
  } catch (error) {
    return { source, problem: (error as Error).message };
  }
}
