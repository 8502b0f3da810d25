/** The findings of a bench: plain JSON, kept in a file, printed and put on the page. */
export interface Findings {
  readonly tables: readonly Table[];
  /** Lines of the chart. */
  readonly lines?: readonly Line[];
  /** The figures that other pages use, by name. */
  readonly figures?: Readonly<Record<string, number>>;
  /** Answers that were not equal, each in a sentence: they make the bench fail. */
  readonly wrong?: readonly string[];
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
  /** Sentences beneath. */
  readonly notes?: readonly string[];
}

/** A missing value is undefined, and null once it has been kept. */
export type Value = string | number | null | undefined;

export interface Line {
  readonly name: string;
  readonly isOurs: boolean;
  readonly points: readonly (readonly [cells: number, milliseconds: number])[];
}

/** A number as tables show it: three digits, or all that are before the point. */
export function numberText(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3);
}

/** Lines of a table in Markdown; numbers stand on the right. */
export function tableText({ columns, rows }: Pick<Table, 'columns' | 'rows'>): string {
  const isNumber = columns.map((_, index) => rows.every((row) => typeof row[index] !== 'string'));
  const cells = rows.map((row) => row.map(valueText));
  const widths = columns.map((column, index) => Math.max(3, column.length, ...cells.map((row) => row[index]!.length)));
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, i) => (isNumber[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!))).join(' | ')} |`;
  const rule = widths.map((width, index) => (isNumber[index] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(columns), line(rule), ...cells.map(line)].join('\n');
}

function valueText(value: Value): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'number' ? numberText(value) : value;
}

/** The middle of some numbers, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * The power of the number of cells with which time grows: the slope of the straight line that fits
 * best on logarithmic axes.
 */
export function exponentOf(points: Line['points']): number {
  const logs = points.map(([cells, milliseconds]) => [Math.log(cells), Math.log(milliseconds)] as const);
  const middle = logs.reduce((sum, [x]) => sum + x, 0) / logs.length;
  const along = logs.reduce((sum, [x, y]) => sum + (x - middle) * y, 0);
  return along / logs.reduce((sum, [x]) => sum + (x - middle) ** 2, 0);
}
