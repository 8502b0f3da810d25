import type { OperationEntry } from '@cellshed/catalog';
import { nameGiver, titleOf } from './names.ts';
import type { FoundRaster } from './read-raster.ts';

/** The quantiles that statistics of a new catalog have. */
const quantiles = [0.1, 0.25, 0.5, 0.75, 0.9];

/** The most rasters of classes that are counted together with the first one. */
const mostPairs = 5;

/**
 * The operations that rasters are good for: a count of each that has classes, counts of the first
 * of these with each other that aligns, and statistics of each that has numbers.
 */
export function operationsOf(
  rasters: readonly FoundRaster[],
  align: (one: FoundRaster, other: FoundRaster) => boolean,
): Record<string, OperationEntry> {
  const give = nameGiver(['multi']);
  const classed = rasters.filter(({ values }) => values.kind === 'classes');
  const [first, ...others] = classed;
  const pairs = others.flatMap((other) => (first && align(first, other) ? [[first, other] as const] : []));
  return Object.fromEntries([
    ...classed.map(({ name }): [string, OperationEntry] => [
      give(name),
      { title: titleOf(name), type: 'groupedCount', rasters: [name] },
    ]),
    ...pairs.slice(0, mostPairs).map(([one, other]): [string, OperationEntry] => [
      give(`${one.name}_${other.name}`),
      {
        title: `${titleOf(one.name)} by ${titleOf(other.name).toLowerCase()}`,
        type: 'groupedCount',
        rasters: [one.name, other.name],
      },
    ]),
    ...rasters
      .filter(({ values }) => values.kind === 'numbers')
      .map(({ name }): [string, OperationEntry] => [
        give(`${name}_statistics`),
        { title: `Statistics of ${titleOf(name).toLowerCase()}`, type: 'statistics', rasters: [name], quantiles },
      ]),
  ]);
}
