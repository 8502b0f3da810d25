import type { CatalogRaster } from '@cellshed/catalog';
import { rastersOf } from '@cellshed/contracts';
import type { Names } from './tabled-operation.ts';

/** The facts about a raster that readers of a result need, from the present catalog; plain JSON. */
export interface Source {
  readonly raster: string;
  readonly title: string;
  readonly units?: string;
  readonly version?: string;
  readonly date?: string;
  readonly citation?: string;
  /** Labels by value. */
  readonly legend?: Readonly<Record<string, string>>;
}

type Provenance = Pick<Source, 'units' | 'version' | 'date' | 'citation'>;

/** The members of a catalog's raster that say where its values come from. */
export function provenanceOf({ units, version, date, citation }: Partial<CatalogRaster>): Provenance {
  return {
    ...(units !== undefined && { units }),
    ...(version !== undefined && { version }),
    ...(date !== undefined && { date }),
    ...(citation !== undefined && { citation }),
  };
}

/**
 * The rasters of results or definitions, each once. `versions` are those of the files that were
 * read, where they are known.
 */
export function sourcesOf(
  asked: Iterable<{ readonly rasters: readonly string[] }>,
  { rasters }: Pick<Names, 'rasters'>,
  versions: Readonly<Record<string, string>> = {},
): Source[] {
  const names = new Set([...asked].flatMap((one) => rastersOf(one)));
  return Array.from(names, (raster): Source => {
    const known = rasters.get(raster);
    const version = versions[raster];
    const labels = Array.from(known?.legend ?? [], ([value, { label }]) => [value, label]);
    return {
      raster,
      title: known?.title ?? raster,
      ...(known && provenanceOf(known)),
      ...(version !== undefined && { version }),
      ...(labels.length > 0 && { legend: Object.fromEntries(labels) }),
    };
  });
}
