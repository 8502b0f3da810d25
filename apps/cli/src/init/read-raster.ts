import { resolve } from 'node:path';
import type { LegendClass } from '@cellshed/catalog';
import { type ClassFact, openRaster, openRasterLevels, type Raster, rasterClasses, someValues } from '@cellshed/raster';
import { isUrl } from './sources.ts';

/** A raster as it was found. */
export interface FoundRaster {
  readonly name: string;
  /** As the user names it. */
  readonly location: string;
  /** Closed; its grid and its types can be looked at. */
  readonly opened: Raster;
  readonly values: FoundValues;
}

/** The meaning of a raster's values, as it was guessed. */
export type FoundValues =
  | { readonly kind: 'numbers' }
  /** `legend` is absent where the files say neither names nor colours. */
  | { readonly kind: 'classes'; readonly count: number; readonly isNamed: boolean; readonly legend?: Legend };

type Legend = ReadonlyMap<number, LegendClass>;

/** Whole numbers of more kinds, without names or colours, are not taken for classes. */
const mostUnnamed = 40;

/** Opens a raster, reads what its files say of its values, and looks at some of its cells. */
export async function readRaster({ name, location }: Pick<FoundRaster, 'name' | 'location'>): Promise<FoundRaster> {
  const url = isUrl(location) ? location : resolve(location);
  const opened = await openRaster({ name, url });
  await opened.close();
  const facts = await rasterClasses({ url });
  const named = [...facts].flatMap(([value, { label, color }]): [number, LegendClass][] =>
    label === undefined || value === opened.nodata ? [] : [[value, { label, ...(color && { color }) }]],
  );
  const values: FoundValues =
    named.length > 0
      ? { kind: 'classes', count: named.length, isNamed: true, legend: new Map(named) }
      : unnamedValues(await distinctValues({ name, url }), facts);
  return { name, location, opened, values };
}

/** Classes where colours are given, or where there are few whole numbers. */
function unnamedValues(values: readonly number[], facts: ReadonlyMap<number, ClassFact>): FoundValues {
  const isFew = values.length <= mostUnnamed || facts.size > 0;
  if (values.length === 0 || !isFew || !values.every(Number.isSafeInteger)) return { kind: 'numbers' };
  const coloured = values.flatMap((value): [number, LegendClass][] => {
    const color = facts.get(value)?.color;
    return color ? [[value, { label: `Class ${value}`, color }]] : [];
  });
  const legend = coloured.length > 0 && { legend: new Map(coloured) };
  return { kind: 'classes', count: values.length, isNamed: false, ...legend };
}

/** The values of some cells of the coarsest overview, each once, ascending. */
async function distinctValues(options: { readonly name: string; readonly url: string }): Promise<number[]> {
  const raster = await openRasterLevels(options);
  try {
    return [...new Set(await someValues(raster.levels.at(-1)!))];
  } finally {
    await raster.close();
  }
}
