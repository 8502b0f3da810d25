import type { Catalog } from '@cellshed/catalog';

/** Collects the values that the legends of their rasters leave out. */
export function unlabelledValues() {
  const values = new Map<string, Set<number>>();
  return {
    add: (raster: string, value: number): void => {
      const known = values.get(raster) ?? new Set();
      if (known.size < mostValues) known.add(value);
      values.set(raster, known);
    },
    /** A sentence for each raster. */
    notes: ({ rasters }: Pick<Catalog, 'rasters'>): string[] =>
      Array.from(values, ([raster, some]) => {
        const list = [...some].sort((a, b) => a - b).slice(0, mostShown);
        const more = some.size > list.length ? ', …' : '';
        const title = rasters.get(raster)?.title ?? raster;
        return `raster ${raster} (${title}): its legend has no label for ${list.join(', ')}${more}; their labels are empty`;
      }),
  };
}

const [mostValues, mostShown] = [1000, 10];
