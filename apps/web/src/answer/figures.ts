import type { Unit } from '../asked.ts';
import { words } from '../words.ts';
import {
  amountIn,
  changeOf,
  classesInOrder,
  type FillOf,
  isMeasured,
  kindOf,
  type LabelledDocument,
  labelOf,
  labelsOf,
  titleOf,
  titlesOf,
  turnover,
} from './document.ts';
import type { Fill } from './fills.ts';

/** A column of a table. Figures have a unit; a column without one holds names. */
export interface Column {
  readonly title: string;
  readonly isFigure: boolean;
  /** Columns with the same name have the same decimals; undefined: each figure has its own. */
  readonly decimals?: string | undefined;
  readonly isDifference?: boolean;
}

export type Cell = string | number | null;

export interface Row {
  readonly cells: readonly Cell[];
  readonly fill?: Fill | undefined;
  /** The number by which names are sorted, where they are no text. */
  readonly order?: readonly (number | null)[] | undefined;
}

/** A table, with the fill of each row where its class has one. */
export interface Figures {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** The column that matters most: what is compared of two areas. */
  readonly main: number;
  /** Its unit, or what it is. */
  readonly measure: string;
  /** Whether a row that is not there has nothing, and is not unknown. */
  readonly isAmount: boolean;
  /** Whether rows are in the order of the figures. */
  readonly isSized: boolean;
  readonly unit: Unit;
}

export interface FiguresOptions {
  readonly unit: Unit;
  /** The head of the columns of amounts. */
  readonly unitTitle: string;
  readonly fillOf: FillOf;
}

const names = (titles: readonly string[]): readonly Column[] => titles.map((title) => ({ title, isFigure: false }));
const figures = (titles: readonly string[], decimals?: string): readonly Column[] =>
  titles.map((title) => ({ title, isFigure: true, decimals }));
const unitsTitle = (units = '') => (units === 'percent' ? '%' : units);
const headed = (title: string, units: string | undefined) => (units ? `${title}, ${unitsTitle(units)}` : title);

/** The table of an answer. */
export function figuresOf(document: LabelledDocument, options: FiguresOptions): Figures {
  switch (kindOf(document)) {
    case 'change':
      return changeFigures(document, options);
    case 'summaries':
      return summaryFigures(document, options);
    case 'statistics':
      return statisticFigures(document, options);
    case 'averages':
      return averageFigures(document, options);
    default:
      return amountFigures(document, options);
  }
}

function amountFigures(document: LabelledDocument, { unit, unitTitle, fillOf }: FiguresOptions): Figures {
  const { rasters, groups = [] } = document;
  const order = classesInOrder(document).map(({ label }) => label);
  const place = (group: (typeof groups)[number]) => order.indexOf(labelsOf(group, document)[0] ?? '');
  const sorted = rasters.length > 1 ? groups.toSorted((a, b) => b.cells - a.cells) : groups;
  return {
    columns: [...names(titlesOf(document)), ...figures([unitTitle], 'amount')],
    rows: (rasters.length > 1 ? sorted : groups.toSorted((a, b) => place(a) - place(b))).map((group) => ({
      cells: [...labelsOf(group, document), amountIn(unit, group)],
      fill: fillOf(rasters[0] as string, group.values[0] ?? null),
      order: group.values,
    })),
    ...{ main: rasters.length, measure: unitTitle, isAmount: true, isSized: !isMeasured(document), unit },
  };
}

function averageFigures(document: LabelledDocument, { unit, unitTitle, fillOf }: FiguresOptions): Figures {
  const { groups = [], rasters, units, target = '', sources = [] } = document;
  // An average of everything has no class.
  const whole = titleOf(target, sources);
  return {
    columns: [
      ...names(rasters.length === 0 ? [words.figures.raster] : titlesOf(document)),
      ...figures([headed(words.figures.average, units)], 'average'),
      ...figures([unitTitle], 'amount'),
    ],
    rows: groups
      .toSorted((a, b) => (b.average ?? -Infinity) - (a.average ?? -Infinity))
      .map((group) => ({
        cells: [
          ...(rasters.length === 0 ? [whole] : labelsOf(group, document)),
          ...[group.average ?? null, amountIn(unit, group)],
        ],
        fill: group.values.length > 0 ? fillOf(rasters[0] as string, group.values[0] ?? null) : undefined,
      })),
    ...{ main: Math.max(1, rasters.length), measure: unitsTitle(units) || words.figures.average, isAmount: false },
    ...{ isSized: true, unit },
  };
}

function changeFigures({ classes = [], rasters }: LabelledDocument, options: FiguresOptions): Figures {
  const { unit, unitTitle, fillOf } = options;
  return {
    columns: [
      ...names([words.figures.classIn(unitTitle)]),
      ...figures(
        turnover.map((what) => words.figures[what]),
        'amount',
      ),
    ],
    // As the chart has them: what grew most comes first.
    rows: classes
      .toSorted((a, b) => b.net - a.net)
      .map((one) => ({
        cells: [labelOf(one), ...turnover.map((what) => amountIn(unit, changeOf(one, what)))],
        fill: fillOf(rasters[0] as string, one.value),
      })),
    ...{ main: turnover.length, measure: `${words.figures.net}, ${unitTitle}`, isAmount: true, isSized: true, unit },
  };
}

function summaryFigures({ summaries = [], sources = [] }: LabelledDocument, { unit }: FiguresOptions): Figures {
  return {
    columns: [
      ...names([words.figures.raster]),
      ...figures([words.figures.least, words.figures.average, words.figures.greatest]),
    ],
    rows: summaries.map(({ raster, min, average, max, units }) => ({
      cells: [headed(titleOf(raster, sources), units), min, average, max],
    })),
    ...{ main: 2, measure: words.figures.average, isAmount: false, isSized: false, unit },
  };
}

function statisticFigures(document: LabelledDocument, { unit }: FiguresOptions): Figures {
  const { quantiles = [], sources = [] } = document;
  // Weighted ones are there only where something is weighted.
  const named = Object.entries(words.figures.statistics).flatMap(([name, title]): Cell[][] =>
    document[name] === undefined ? [] : [[title, document[name] as Cell]],
  );
  const below = quantiles.map(({ quantile, value }): Cell[] => [
    words.figures.below(Number((100 * quantile).toFixed(2))),
    value,
  ]);
  return {
    columns: [...names([words.figures.figure]), ...figures([headed(titlesOf(document)[0] ?? '', sources[0]?.units)])],
    rows: [...named, ...below].map((cells) => ({ cells })),
    ...{ main: 1, measure: unitsTitle(sources[0]?.units), isAmount: false, isSized: false, unit },
  };
}
