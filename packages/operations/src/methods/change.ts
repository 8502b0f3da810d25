import type { ChangeResult } from '@cellshed/contracts';
import { addCounts, cellsWithParts, type Group, type GroupedCounts, totalOf } from '@cellshed/raster';
import { countsOf, groupedCount } from './grouped-count.ts';
import type { Method } from './method.ts';

type Classes = ChangeResult['classes'];
type Turnover = Omit<Classes[number], 'value' | 'squareMetres'>;

/** Cells per pair of values, from one raster to another, and what each value gains and loses. */
export const change: Method<'change', GroupedCounts> = {
  accumulator: (rasters, definition, lattice) =>
    groupedCount.accumulator(rasters, { ...definition, type: 'groupedCount' }, lattice),
  merge: groupedCount.merge,
  describe: (total, definition, coverage) => {
    const counted = groupedCount.describe(total, { ...definition, type: 'groupedCount' }, coverage);
    return { ...counted, classes: classesOf(total.groups, counted.squareMetres !== undefined) };
  },
  isFromSquares: true,
  partOf: countsOf,
};

const [first, second] = [0, 1];

/** All figures but the net are sums of exact counts. */
function classesOf(groups: readonly Group[], hasAreas: boolean): Classes {
  const isKept = ({ values }: Group) => values[first] === values[second];
  const [same, changed] = [groups.filter(isKept), groups.filter((group) => !isKept(group))];
  const before = byValue(groups, first);
  const after = byValue(groups, second);
  const [kept, gains, losses] = [byValue(same, first), byValue(changed, second), byValue(changed, first)];
  const { groups: every } = addCounts(
    [...before.values(), ...after.values()].map((one) => ({ ...one, groups: [one] })),
  );
  return every.map(({ values: [value = null] }) => {
    const figures = (size: (group: Group) => number): Turnover => {
      const of = (some: ReadonlyMap<number | null, Group>) => (some.has(value) ? size(some.get(value) as Group) : 0);
      const [gained, lost] = [of(gains), of(losses)];
      return { before: of(before), after: of(after), kept: of(kept), gains: gained, losses: lost, net: gained - lost };
    };
    return { value, ...figures(cellsWithParts), ...(hasAreas && { squareMetres: figures(squareMetresOf) }) };
  });
}

/** The groups with the same value in one of the rasters as one. */
function byValue(groups: readonly Group[], raster: number): ReadonlyMap<number | null, Group> {
  const alone = groups.map((group) => ({ ...group, values: [group.values[raster] ?? null] }));
  return new Map(addCounts([{ cells: 0, groups: alone }]).groups.map((group) => [group.values[0] ?? null, group]));
}

function squareMetresOf({ area }: Group): number {
  return (area && totalOf(area)) ?? 0;
}
