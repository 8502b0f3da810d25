import type { Unit } from '../asked.ts';
import { amountIn, isMeasured, kindOf, type LabelledDocument } from './document.ts';

/** How much of an area has values from one to another, without the other. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
}

/** How much of an area has a value. */
interface Amount {
  readonly value: number;
  readonly amount: number;
}

export type Range = readonly [least: number, greatest: number];

/** The most bins of a chart, and the multiples of powers of ten that are their widths. */
const [mostBins, multiples] = [40, [1, 2, 5, 10]] as const;

/** Whether the chart of an answer is one of measured values. */
export function hasBins(document: LabelledDocument): boolean {
  return kindOf(document) === 'statistics' || isMeasured(document);
}

/** The least and the greatest measured value of answers; undefined: they have none. */
export function rangeOf(documents: readonly LabelledDocument[], unit: Unit): Range | undefined {
  const values = documents.flatMap((document) => amountsOf(document, unit)).map(({ value }) => value);
  if (values.length === 0) return undefined;
  return values.reduce(([least, greatest], value) => [Math.min(least, value), Math.max(greatest, value)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as Range);
}

/** The measured values of an answer in bins of a round width, the least for this range. */
export function binsOf(document: LabelledDocument, unit: Unit, [least, greatest]: Range): readonly Bin[] {
  const narrowest = (greatest - least) / mostBins || 1;
  const power = 10 ** Math.floor(Math.log10(narrowest));
  const width = power * (multiples.find((multiple) => multiple * power >= narrowest) ?? 10);
  const sums = new Map<number, number>();
  for (const { value, amount } of amountsOf(document, unit)) {
    const at = Math.floor(value / width);
    sums.set(at, (sums.get(at) ?? 0) + amount);
  }
  return Array.from(sums, ([at, amount]) => ({ from: at * width, to: (at + 1) * width, amount }));
}

function amountsOf({ values, groups = [] }: LabelledDocument, unit: Unit): readonly Amount[] {
  const all = values
    ? values.map(({ value, cells }) => ({ value, amount: cells }))
    : groups.map((group) => ({ value: group.values[0] ?? null, amount: amountIn(unit, group) }));
  return all.filter((one): one is Amount => one.value !== null);
}
