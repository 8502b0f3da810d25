import type { GroupedAverageResult, GroupedCountResult, LinesJoinResult, SummaryResult } from '@cellshed/contracts';

/** Figures by the values of a group, as in `{"List(21, 3)": 712}`. */
export type Figures = Readonly<Record<string, number | null>>;

export interface Extremes {
  readonly min: number | null;
  readonly avg: number | null;
  readonly max: number | null;
}

/** The cells of each group. */
export function countsAnswer({ groups }: Pick<GroupedCountResult | LinesJoinResult, 'groups'>): Figures {
  const counts = new Map<string, number>();
  for (const { values, cells } of groups) {
    const key = keyOf(values);
    counts.set(key, (counts.get(key) ?? 0) + cells);
  }
  return Object.fromEntries(counts);
}

/**
 * The average in each group; cells without data count as 0. Without rasters to group by there is
 * one average, under the key `List(0)`; it is null when there are no cells.
 */
export function averagesAnswer({ rasters, groups }: Pick<GroupedAverageResult, 'rasters' | 'groups'>): Figures {
  const means = new Map<string, Mean>();
  for (const { values, ...group } of groups) {
    const key = keyOf(values);
    means.set(key, added(means.get(key) ?? nothing, group));
  }
  if (rasters.length === 0) return { 'List(0)': valueOf(means.get(keyOf([])) ?? nothing) };
  return Object.fromEntries(Array.from(means, ([key, mean]) => [key, valueOf(mean)]));
}

/**
 * The least, mean and greatest value of each raster, in their order; none when the area has no
 * cells. As in all averages of the original, cells without data count as 0 in the mean. The other
 * two leave them out. All three are null when no cell has data.
 */
export function summaryAnswer({ cells, summaries }: Pick<SummaryResult, 'cells' | 'summaries'>): Extremes[] {
  if (cells === 0) return [];
  return summaries.map(({ min, max, ...data }) => ({
    min,
    avg: data.cells === 0 ? null : valueOf(added(nothing, data)),
    max,
  }));
}

interface Mean {
  readonly value: number;
  readonly cells: number;
}

const nothing: Mean = { value: 0, cells: 0 };

function added(
  mean: Mean,
  group: { readonly average: number | null; readonly cells: number; readonly noData: number },
) {
  const cells = mean.cells + group.cells + group.noData;
  if (cells === 0) return mean;
  // Shares of one keep every digit of an average to which nothing is added.
  const value = (group.average ?? 0) * (group.cells / cells) + mean.value * (mean.cells / cells);
  return { value, cells };
}

function valueOf({ value, cells }: Mean): number | null {
  return cells === 0 ? null : value;
}

function keyOf(values: readonly (number | null)[]): string {
  return `List(${values.map(wholeOf).join(', ')})`;
}

const least = -(2 ** 31);
const greatest = 2 ** 31 - 1;

/** Groups are named by 32-bit integers: no data is the least, fractions are cut off. */
function wholeOf(value: number | null): number {
  return value === null ? least : Math.min(Math.max(Math.trunc(value), least), greatest);
}
