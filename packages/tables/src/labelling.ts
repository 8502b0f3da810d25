import { labelOf } from '@cellshed/catalog';
import type { Names } from './tabled-operation.ts';

/** The labels of values, and whoever is told of values without one. */
export interface Labelling {
  readonly names: Names;
  readonly onUnlabelled?: (raster: string, value: number) => void;
}

/** The label of a value; null: the legend leaves it out, undefined: there is no legend. */
export function labelIn(
  raster: string,
  value: number | null,
  { names, onUnlabelled }: Labelling,
): string | null | undefined {
  const known = names.rasters.get(raster);
  if (!known || known.legend.size === 0) return undefined;
  const label = labelOf(known, value);
  if (label === undefined) onUnlabelled?.(raster, value as number);
  return label ?? null;
}
