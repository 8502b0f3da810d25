import type { Unit } from '../asked.ts';
import { words } from '../words.ts';
import { binsOf, hasBins, type Range, rangeOf } from './bins.ts';
import {
  amountIn,
  changeOf,
  classesOf,
  isMeasured,
  kindOf,
  type LabelledDocument,
  labelOf,
  labelsOf,
} from './document.ts';
import type { Cell, Figures, Row } from './figures.ts';
import { percent } from './numbers.ts';

/** The order of classes and the ends of scales that charts beside each other share. */
export interface Shared {
  readonly order: readonly string[];
  readonly most: number;
  /** The least and the greatest of the measured values. */
  readonly range?: Range;
}

/** The table of an area, and the area's name. */
export interface NamedFigures {
  readonly name: string;
  readonly figures: Figures;
}

/**
 * The tables of several areas as one: a column for each area, all in one order, and the difference
 * of the last from the first where it is wanted.
 */
export function comparedFigures(tables: readonly NamedFigures[], hasDifference: boolean): Figures {
  const first = (tables[0] as NamedFigures).figures;
  const { isAmount, isSized, measure } = first;
  const names = first.columns.filter(({ isFigure }) => !isFigure);
  const nameOf = ({ cells }: Row) => JSON.stringify(cells.slice(0, names.length));
  const rows = new Map(tables.flatMap(({ figures }) => figures.rows.map((row) => [nameOf(row), row] as const)));
  const found = tables.map(({ figures }) => new Map(figures.rows.map((row) => [nameOf(row), row.cells[figures.main]])));
  const compared = Array.from(rows, ([name, { cells, ...row }]) => {
    const figures = found.map((one): Cell => one.get(name) ?? (isAmount ? 0 : null));
    const difference = hasDifference ? [differenceOf(figures[0], figures.at(-1))] : [];
    return { ...row, figures, cells: [...cells.slice(0, names.length), ...figures, ...difference] };
  });
  const sum = ({ figures }: (typeof compared)[number]) =>
    figures.reduce<number>((all, one) => all + Number(one ?? 0), 0);
  const inOrder = compared.toSorted((a, b) => (isSized ? sum(b) - sum(a) : (a.order?.[0] ?? 0) - (b.order?.[0] ?? 0)));
  const decimals = first.columns[first.main]?.decimals;
  const heads = tables.map(({ name }) => ({ title: measure ? `${name}, ${measure}` : name, isFigure: true, decimals }));
  const difference = { title: words.figures.difference, isFigure: true, decimals, isDifference: true };
  return {
    ...first,
    columns: [...names, ...heads, ...(hasDifference ? [difference] : [])],
    rows: inOrder.map(({ figures: _, ...row }) => row),
    main: names.length,
  };
}

function differenceOf(before: Cell | undefined, after: Cell | undefined): Cell {
  return typeof before === 'number' && typeof after === 'number' ? after - before : null;
}

/** The order and the scale that charts beside each other have in common. */
export function sharedOf(documents: readonly LabelledDocument[], unit: Unit): Shared | undefined {
  const [first] = documents;
  if (!first || documents.length < 2) return undefined;
  if (hasBins(first)) {
    const range = rangeOf(documents, unit);
    const bins = range ? documents.flatMap((document) => binsOf(document, unit, range)) : [];
    return range && { order: [], most: Math.max(...bins.map(({ amount }) => amount)), range };
  }
  const figures = documents.flatMap((document) => figuresByName(document, unit));
  if (figures.length === 0) return undefined;
  const sums = Map.groupBy(figures, ({ name }) => name);
  const size = (name: string) => (sums.get(name) ?? []).reduce((all, one) => all + one.size, 0);
  return {
    order: [...sums.keys()].toSorted((a, b) => size(b) - size(a)),
    most: Math.max(...figures.map(({ extent }) => extent)),
  };
}

interface NamedFigure {
  readonly name: string;
  /** The figure by which classes are ordered. */
  readonly size: number;
  /** The figure that the scale has to reach. */
  readonly extent: number;
}

function figuresByName(document: LabelledDocument, unit: Unit): readonly NamedFigure[] {
  const { groups = [], classes = [] } = document;
  switch (kindOf(document)) {
    case 'classes':
    case 'pairs':
      return groups.map((group) => {
        const figure = amountIn(unit, group);
        return { name: labelsOf(group, document)[0] ?? '', size: figure, extent: figure };
      });
    case 'averages':
      return groups.flatMap((group) => {
        const { average } = group;
        if (typeof average !== 'number') return [];
        return [{ name: labelsOf(group, document).join(', '), size: average, extent: average }];
      });
    case 'change':
      return classes.map((one) => {
        const [gains, losses, net] = (['gains', 'losses', 'net'] as const).map((what) =>
          amountIn(unit, changeOf(one, what)),
        ) as [number, number, number];
        return { name: labelOf(one), size: net, extent: Math.max(gains, losses) };
      });
    default:
      return [];
  }
}

/** The least difference of shares that is said, and the most classes. */
const [leastDifference, mostSaid] = [1, 2];

/** The classes whose shares differ most between two areas, in a sentence. */
export function differenceInWords(one: LabelledDocument, other: LabelledDocument): string | undefined {
  if (!['classes', 'pairs'].includes(kindOf(one)) || isMeasured(one) || one.cells === 0 || other.cells === 0)
    return undefined;
  const shares = [one, other].map((document) => new Map(classesOf(document).map((own) => [own.label, own.percent])));
  const [before, after] = shares as [Map<string, number>, Map<string, number>];
  const differences = [...new Set([...before.keys(), ...after.keys()])]
    .map((label) => ({ label, shares: [before.get(label) ?? 0, after.get(label) ?? 0] as const }))
    .toSorted((a, b) => distance(b.shares) - distance(a.shares))
    .filter((own) => distance(own.shares) >= leastDifference)
    .slice(0, mostSaid);
  if (differences.length === 0) return words.compare.alike;
  const told = differences.map(({ label, shares: [a, b] }) =>
    words.compare.shares(label, percent(a / 100), percent(b / 100)),
  );
  return words.compare.differ(told);
}

function distance([a, b]: readonly [number, number]): number {
  return Math.abs(b - a);
}
