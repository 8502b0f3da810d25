import type { Unit } from '../asked.ts';
import { words } from '../words.ts';
import type { Fill } from './fills.ts';

/** A result document with areas, per cent and names (`f=labelled`), of any operation type. */
export interface LabelledDocument {
  readonly operation: string;
  readonly area: string;
  readonly rasters: readonly string[];
  readonly target?: string;
  readonly cells: number;
  readonly covered: number;
  readonly squareMetres: number;
  readonly units?: string;
  readonly groups?: readonly Group[];
  readonly classes?: readonly ChangedClass[];
  readonly summaries?: readonly Summary[];
  readonly values?: readonly { readonly value: number | null; readonly cells: number; readonly share: number }[];
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number | null }[];
  readonly [member: string]: unknown;
  readonly sources?: readonly Source[];
}

export interface Source {
  readonly raster: string;
  readonly title: string;
  readonly units?: string;
  readonly version?: string;
  readonly date?: string;
  readonly citation?: string;
}

export interface Amount {
  readonly cells: number;
  readonly squareMetres: number;
  readonly percent: number;
}

export interface Group extends Amount {
  readonly values: readonly (number | null)[];
  /** Absent where no raster has a legend. */
  readonly labels?: readonly string[];
  readonly average?: number | null;
}

/** The figures of a class that has changed. */
type Turnover = Readonly<Record<'before' | 'after' | 'gains' | 'losses' | 'net', number>>;

/** A class with its figures in cells, and in the units of an amount. */
export interface ChangedClass extends Turnover {
  readonly value: number | null;
  readonly label?: string;
  readonly squareMetres: Turnover;
  readonly percent: Turnover;
}

/** A figure of a class as an amount. */
export function changeOf(one: ChangedClass, what: keyof Turnover): Amount {
  return { cells: one[what], squareMetres: one.squareMetres[what], percent: one.percent[what] };
}

const turnover = ['before', 'after', 'gains', 'losses', 'net'] as const;

interface Summary {
  readonly raster: string;
  readonly min: number | null;
  readonly average: number | null;
  readonly max: number | null;
  readonly cells: number;
  readonly units?: string;
}

/** The names of what a group is counted by, or its values; none where it is everything. */
export function labelsOf({ labels, values }: Group): readonly string[] {
  return labels ?? values.map(valueName);
}

/** The name of a class that has changed, or its value. */
export function labelOf({ label, value }: ChangedClass): string {
  return label ?? valueName(value);
}

function valueName(value: number | null): string {
  return value === null ? words.figures.noData : String(value);
}

/** How an answer is shown: what its chart and the words about it follow from. */
export type Kind = 'classes' | 'pairs' | 'averages' | 'summaries' | 'statistics' | 'change';

export function kindOf(document: LabelledDocument): Kind {
  if (document.classes) return 'change';
  if (document.summaries) return 'summaries';
  if (document.values) return 'statistics';
  if (document.target !== undefined) return 'averages';
  return document.rasters.length > 1 ? 'pairs' : 'classes';
}

/** A column of a table. Figures have a unit; a column without one holds names. */
export interface Column {
  readonly title: string;
  readonly isFigure: boolean;
}

export type Cell = string | number | null;

/** A table, with the fill of each row where its class has one. */
export interface Figures {
  readonly columns: readonly Column[];
  readonly rows: readonly { readonly cells: readonly Cell[]; readonly fill?: Fill | undefined }[];
}

/** The fill of a value of a raster. */
export type FillOf = (raster: string, value: number | null) => Fill | undefined;

const squareMetresOfAcre = 4046.8564224;

/** An amount in a unit: square kilometres, acres, cells or per cent. */
export function amountIn(unit: Unit, { cells, squareMetres, percent }: Amount): number {
  if (unit === 'cells') return cells;
  if (unit === 'percent') return percent;
  return unit === 'km2' ? squareMetres / 1e6 : squareMetres / squareMetresOfAcre;
}

/** The titles of the rasters of a document, in their order. */
export function titlesOf({ rasters, sources = [] }: LabelledDocument): readonly string[] {
  return rasters.map((name) => titleOf(name, sources));
}

export function titleOf(raster: string, sources: readonly Source[]): string {
  return sources.find((one) => one.raster === raster)?.title ?? raster;
}

/** The table of an answer. `unitTitle` heads the columns of amounts. */
export function figuresOf(
  document: LabelledDocument,
  { unit, unitTitle, fillOf }: { readonly unit: Unit; readonly unitTitle: string; readonly fillOf: FillOf },
): Figures {
  const names = (titles: readonly string[]) => titles.map((title) => ({ title, isFigure: false }));
  const figures = (titles: readonly string[]) => titles.map((title) => ({ title, isFigure: true }));
  const { rasters, groups = [], sources = [] } = document;
  const withUnits = (title: string, units: string | undefined) => (units ? `${title}, ${units}` : title);
  switch (kindOf(document)) {
    case 'change':
      return {
        columns: [
          ...names([words.figures.classIn(unitTitle)]),
          ...figures(turnover.map((what) => words.figures[what])),
        ],
        rows: (document.classes ?? []).map((one) => ({
          cells: [labelOf(one), ...turnover.map((what) => amountIn(unit, changeOf(one, what)))],
          fill: fillOf(rasters[0] as string, one.value),
        })),
      };
    case 'summaries':
      return {
        columns: [
          ...names([words.figures.raster]),
          ...figures([words.figures.least, words.figures.average, words.figures.greatest]),
        ],
        rows: (document.summaries ?? []).map(({ raster, min, average, max, units }) => ({
          cells: [withUnits(titleOf(raster, sources), units), min, average, max],
        })),
      };
    case 'statistics': {
      const figure = (name: string) => document[name] as Cell;
      const named = Object.entries(words.figures.statistics).map(([name, title]): [string, Cell] => [
        title,
        figure(name),
      ]);
      const quantiles = (document.quantiles ?? []).map(({ quantile, value }): [string, Cell] => [
        words.figures.below(round(100 * quantile)),
        value,
      ]);
      return {
        columns: [
          ...names([words.figures.figure]),
          ...figures([withUnits(titlesOf(document)[0] ?? '', sources[0]?.units)]),
        ],
        rows: [...named, ...quantiles].map((cells) => ({ cells })),
      };
    }
    case 'averages':
      return {
        columns: [
          ...names(titlesOf(document)),
          ...figures([withUnits(words.figures.average, document.units), unitTitle]),
        ],
        rows: groups.map((group) => ({
          cells: [...labelsOf(group), group.average ?? null, amountIn(unit, group)],
          fill: group.values.length > 0 ? fillOf(rasters[0] as string, group.values[0] as number | null) : undefined,
        })),
      };
    default:
      return {
        columns: [...names(titlesOf(document)), ...figures([unitTitle])],
        rows: groups
          .toSorted((a, b) => b.cells - a.cells)
          .map((group) => ({
            cells: [...labelsOf(group), amountIn(unit, group)],
            fill: fillOf(rasters[0] as string, group.values[0] as number | null),
          })),
      };
  }
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

/** The amounts of the classes of the first raster, with whatever they meet, largest first. */
export function classesOf({
  groups = [],
}: LabelledDocument): readonly (Amount & { readonly label: string; readonly value: number | null })[] {
  const classes = new Map<string, Amount & { label: string; value: number | null }>();
  for (const group of groups) {
    const { values, cells, squareMetres, percent } = group;
    const label = labelsOf(group)[0] ?? '';
    const had = classes.get(label) ?? { cells: 0, squareMetres: 0, percent: 0 };
    classes.set(label, {
      ...{ label, value: values[0] ?? null, cells: had.cells + cells },
      squareMetres: had.squareMetres + squareMetres,
      percent: had.percent + percent,
    });
  }
  return [...classes.values()].sort((a, b) => b.cells - a.cells);
}
