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

/** The figures of a class that has changed, in their order. */
export const turnover = ['before', 'after', 'gains', 'losses', 'net'] as const;

interface Summary {
  readonly raster: string;
  readonly min: number | null;
  readonly average: number | null;
  readonly max: number | null;
  readonly cells: number;
  readonly units?: string;
}

/** The sources of the names of values: the rasters of a document, and their units. */
type Named = Pick<LabelledDocument, 'rasters' | 'sources'>;

/** The names of what a group is counted by, or its values; none where it is everything. */
export function labelsOf({ labels = [], values }: Pick<Group, 'labels' | 'values'>, of: Named): readonly string[] {
  return values.map((value, at) => {
    const label = labels[at];
    return label !== undefined && label !== String(value) ? label : valueName(value, unitsOf(of, at));
  });
}

/** The name of a class that has changed, or its value. */
export function labelOf({ label, value }: ChangedClass): string {
  return label ?? valueName(value);
}

function valueName(value: number | null, units?: string): string {
  return value === null ? words.figures.noData : withUnits(String(value), units);
}

/** A figure with its units, as people write them. */
export function withUnits(text: string, units: string | undefined): string {
  return units === undefined ? text : `${text}\u00a0${units === 'percent' ? '%' : units}`;
}

function unitsOf({ rasters, sources = [] }: Named, at: number): string | undefined {
  return sources.find(({ raster }) => raster === rasters[at])?.units;
}

/** Whether the classes of a raster are numbers, which have an order of their own. */
function isNumbered({ groups = [] }: LabelledDocument, at: number): boolean {
  return groups.every(({ labels, values }) => {
    const value = values[at] ?? null;
    return value === null || labels?.[at] === undefined || labels[at] === String(value);
  });
}

/** Whether classes are measured values, such as slopes in per cent, and no codes. */
export function isMeasured(document: LabelledDocument): boolean {
  return kindOf(document) === 'classes' && unitsOf(document, 0) !== undefined && isNumbered(document, 0);
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

/** Whether a chart says more of a document than its words. */
export function hasChart(document: LabelledDocument): boolean {
  return document.cells > 0 && (kindOf(document) !== 'averages' || (document.groups ?? []).length > 1);
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

/** The amount of a class, with whatever it meets. */
export interface ClassAmount extends Amount {
  readonly label: string;
  readonly value: number | null;
}

/** The amounts of the classes of a raster of a document, largest first. */
export function classesOf(document: LabelledDocument, at = 0): readonly ClassAmount[] {
  const classes = Map.groupBy(document.groups ?? [], (group) => labelsOf(group, document)[at] ?? '');
  return Array.from(classes, ([label, groups]) => {
    return { label, value: groups[0]?.values[at] ?? null, ...sumOf(groups) };
  }).sort((a, b) => b.cells - a.cells);
}

/** The same in the order in which they are shown: numbers have their own, and so have groups. */
export function classesInOrder(document: LabelledDocument, at = 0): readonly ClassAmount[] {
  const classes = classesOf(document, at);
  if (at === 0 && !isNumbered(document, at)) return classes;
  return classes.toSorted((a, b) => (a.value ?? Infinity) - (b.value ?? Infinity));
}

/** Several amounts as one. */
export function sumOf(amounts: readonly Amount[]): Amount {
  const sum = (of: (one: Amount) => number) => amounts.reduce((all, one) => all + of(one), 0);
  return {
    cells: sum(({ cells }) => cells),
    squareMetres: sum(({ squareMetres }) => squareMetres),
    percent: sum((one) => one.percent),
  };
}
