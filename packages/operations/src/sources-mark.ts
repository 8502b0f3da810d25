import { fingerprint } from '@cellshed/cache';
import type { Catalog } from '@cellshed/catalog';
import { type Definition, rastersByRole, rastersOf, withoutChoices, withoutNames } from '@cellshed/contracts';
import type { Raster } from '@cellshed/raster';

/** Changes when the same rasters and areas would be counted differently. */
const algorithmVersion = 4;

/** The sources of a result, all of which an operator may replace. */
export interface Sources {
  /** At least the rasters of the definition, by their names. */
  readonly rasters: VersionByName;
  readonly catalog: Pick<Catalog, 'rasters'>;
  /** The version of the area table; `null` for drawn areas. */
  readonly table: string | null;
  /** As `linesSource` says it; `null` where there is none, or the lines come with the request. */
  readonly lines: string | null;
}

/** The versions of rasters, by their names in the catalog. */
export type VersionByName = ReadonlyMap<string, Pick<Raster, 'version'>>;

/**
 * The text with which the fingerprints of all results begin that are of these sources: equal
 * whatever coverage, quantiles or lines an asker chose, another one as soon as a raster, the area
 * table or the line source was replaced, or Catchment counts otherwise. 64 bits in hexadecimal and
 * a dot, so that a look at a key tells whether its result can still be asked for.
 */
export function sourcesMark(definition: Definition, { rasters, catalog, table, lines }: Sources): string {
  const sources = { ...computed(withoutChoices(definition), rasters, catalog), table, lines };
  return `${fingerprint(sources).slice(0, 16)}.`;
}

/** The name of a line source of the catalog in fingerprints. */
export function linesSource(name: string, version: string): string {
  return `${name} ${version}`;
}

/**
 * All that what becomes of a cell depends on, for a fingerprint: how it is computed, and of which
 * bytes.
 */
export function computed(definition: Definition, open: VersionByName, catalog: Pick<Catalog, 'rasters'>) {
  return {
    algorithm: algorithmVersion,
    definition: {
      ...withoutNames(definition),
      groups: definition.rasters.length,
      weighted: rastersByRole(definition).weights !== undefined,
    },
    rasters: rastersOf(definition).map((name) => [open.get(name)?.version ?? null, meaningOf(name, catalog)]),
  };
}

/** The members of a raster's entry that change what its samples mean, and the file's name. */
function meaningOf(name: string, { rasters }: Pick<Catalog, 'rasters'>) {
  const { url = '', version, band = 1, nodata = null, crs = null, mask, sidecars, scaled } = rasters.get(name) ?? {};
  return {
    ...(version === undefined && { file: fileName(url) }),
    band,
    nodata,
    crs,
    ...(mask !== undefined && { mask }),
    ...(sidecars !== undefined && { sidecars }),
    ...(scaled === true && { scaled }),
  };
}

/**
 * The name of a raster's only file, without its folder: two files may have the same size and time.
 * The version of several files has all of their names.
 */
function fileName(url: string | readonly string[]): string | null {
  const [first = '', ...others] = [url].flat();
  return others.length > 0 ? null : first.replace(/[?#].*$/s, '').replace(/^.*[\\/]/s, '');
}
