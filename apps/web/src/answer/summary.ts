import type { Unit } from '../asked.ts';
import { words } from '../words.ts';
import {
  classesOf,
  isMeasured,
  kindOf,
  type LabelledDocument,
  labelOf,
  labelsOf,
  sumOf,
  titleOf,
  titlesOf,
  withUnits,
} from './document.ts';
import { figure, percent, size } from './numbers.ts';

const { answer } = words;

/**
 * An answer in words: how large the area is, what most of it is, and what a reader should know,
 * such as that a part has no data. Each sentence follows from the document alone.
 */
export function summaryOf(document: LabelledDocument, unit: Unit): readonly string[] {
  const { cells, squareMetres, covered } = document;
  const rest = 1 - covered;
  const titles = titlesOf(document);
  const raster = titles.length === 1 ? titles[0] : undefined;
  const cover = covered < 1 && cells > 0 ? [answer.covered(percent(covered), percent(rest), raster)] : [];
  if (cells === 0) return [answer.nothing];
  return [`${size(squareMetres, unit)}.`, ...said(document, unit), ...noData(document), ...cover];
}

function said(document: LabelledDocument, unit: Unit): readonly string[] {
  switch (kindOf(document)) {
    case 'change':
      return changes(document, unit);
    case 'summaries':
      return (document.summaries ?? []).map(({ raster, min, average, max, units }) => {
        const value = (one: number | null) => valueIn(one, units);
        return answer.range(titleOf(raster, document.sources ?? []), value(min), value(max), value(average));
      });
    case 'statistics':
      return statistics(document);
    case 'averages':
      return averages(document);
    default:
      return isMeasured(document) ? measured(document) : [...shares(document), ...sharesOfSecond(document)];
  }
}

/** The name of a class in a sentence: one that is a number would read as a figure. */
function named(label: string): string {
  return /^[-−]?\d+(\.\d+)?$/.test(label) ? answer.numbered(label) : label;
}

/** From this share on, a class is most of an area. */
const most = 0.5;
/** The shares of further classes that are said. */
const [notable, mostSaid] = [0.1, 2];
/** The same for a second raster. */
const [leastOfSecond, mostOfSecond] = [0.01, 4];

function shares(document: LabelledDocument): readonly string[] {
  const [first, ...others] = classesOf(document).map(({ label, value, percent: share }) => ({
    label: named(label),
    value,
    share: share / 100,
  }));
  if (!first) return [];
  const begin = first.share >= most ? answer.most : answer.largest;
  const next = others.filter(({ share, value }) => share >= notable && value !== null).slice(0, mostSaid);
  const rest = next.map(({ label, share }) => answer.next(label, percent(share)));
  return [`${[begin(first.label, percent(first.share)), ...rest].join('; ')}.`];
}

/** The classes of the second raster, largest first: those that are too few to be said are left. */
function sharesOfSecond(document: LabelledDocument): readonly string[] {
  if (document.rasters.length < 2) return [];
  const said = classesOf(document, 1)
    .filter(({ value, percent: share }) => value !== null && share >= 100 * leastOfSecond)
    .map(({ label, percent: share }) => answer.next(named(label), percent(share / 100)));
  return said.length === 0 ? [] : [answer.second(titlesOf(document)[1] ?? '', said.slice(0, mostOfSecond))];
}

/** The range and the mean of values that are classes. */
function measured(document: LabelledDocument): readonly string[] {
  const known = classesOf(document).filter(({ value }) => value !== null);
  const { cells } = sumOf(known);
  if (cells === 0) return [];
  const values = known.map(({ value }) => value as number);
  const mean = known.reduce((all, one) => all + (one.value as number) * one.cells, 0) / cells;
  const { sources = [] } = document;
  const said = (value: number) => valueIn(value, sources.find(({ raster }) => raster === document.rasters[0])?.units);
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  return [answer.range(titlesOf(document)[0] ?? '', said(least), said(greatest), said(mean))];
}

function averages({ groups = [], target = '', sources = [], units, rasters }: LabelledDocument): readonly string[] {
  const known = groups.filter(({ average }) => typeof average === 'number');
  if (groups.length === 1 && groups[0]?.values.length === 0) {
    return [answer.mean(titleOf(target, sources), valueIn(groups[0].average ?? null, units))];
  }
  const sorted = known.toSorted((a, b) => (b.average as number) - (a.average as number));
  const [highest, lowest] = [sorted[0], sorted.at(-1)];
  if (!highest || !lowest || highest === lowest) return [];
  const value = (one: typeof highest) => valueIn(one.average ?? null, units);
  const label = (one: typeof highest) => labelsOf(one, { rasters, sources }).map(named).join(', ');
  return [
    `${titleOf(target, sources)}. ${answer.highest(label(highest), value(highest))}, ${answer.lowest(label(lowest), value(lowest))}.`,
  ];
}

function statistics({
  quantiles = [],
  median,
  mean,
  min,
  max,
  weightedMean,
  sources = [],
  ...document
}: LabelledDocument): readonly string[] {
  const units = sources[0]?.units;
  const value = (one: unknown) => valueIn(typeof one === 'number' ? one : null, units);
  const at = (wanted: number) => quantiles.find(({ quantile }) => quantile === wanted)?.value;
  const title = titleOf(document.rasters[0] ?? '', sources);
  const range = answer.range(title, value(min), value(max), value(mean));
  const weights = titleOf(sources[1]?.raster ?? '', sources);
  const weighted = typeof weightedMean === 'number' ? [answer.weighted(weights, value(weightedMean))] : [];
  const [quarter, threeQuarters] = [at(0.25), at(0.75)];
  if (quarter === undefined || threeQuarters === undefined) return [range, ...weighted];
  return [range, ...weighted, answer.half(value(quarter), value(threeQuarters), value(median))];
}

/** The classes whose changes are said: those that have changed most. */
const mostChanges = 3;

function changes({ classes = [] }: LabelledDocument, unit: Unit): readonly string[] {
  const changed = classes
    .filter(({ net, value }) => net !== 0 && value !== null)
    .toSorted((a, b) => Math.abs(b.net) - Math.abs(a.net))
    .slice(0, mostChanges);
  if (changed.length === 0) return [answer.same];
  const told = changed.map((one) => {
    const { before, net, squareMetres } = one;
    const label = named(labelOf(one));
    const share = before > 0 ? ` (${signed(net / before)})` : '';
    const by = size(Math.abs(squareMetres.net), unit);
    return net > 0 ? answer.grew(label, by, share) : answer.shrank(label, by, share);
  });
  return [`${told.join('; ')}.`];
}

function signed(share: number): string {
  return `${share > 0 ? '+' : '−'}${percent(Math.abs(share))}`;
}

/** For each raster of groups, what share has no data. */
function noData(document: LabelledDocument): readonly string[] {
  const { groups = [], cells } = document;
  if (document.classes) return [];
  return titlesOf(document).flatMap((title, raster) => {
    const without = groups.filter(({ values }) => values[raster] === null).reduce((sum, group) => sum + group.cells, 0);
    return without > 0 ? [answer.noData(title, percent(without / cells))] : [];
  });
}

function valueIn(value: number | null, units: string | undefined): string {
  if (value === null) return words.figures.noData;
  return withUnits(figure(value), units);
}
