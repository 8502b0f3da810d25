import * as Plot from '@observablehq/plot';
import { isYears, valueTitle } from '../years.ts';
import { amountIn, classesOf, type LabelledDocument } from './document.ts';
import { columnFormat } from './numbers.ts';
import {
  classAxis,
  common,
  ownColors,
  type PlotOptions,
  painted,
  patternsOf,
  roomFor,
  rowHeight,
  short,
} from './plot-parts.ts';

/** The answers of years, in their order. */
export type Yearly = readonly (readonly [year: string, document: LabelledDocument])[];

type YearOptions = Omit<PlotOptions, 'shared'>;

function rowsOf(documents: Yearly, { unit, fillOf, paper }: YearOptions) {
  return documents.flatMap(([year, document]) =>
    classesOf(document).map((one) => {
      const paint = painted(fillOf(document.rasters[0] as string, one.value), paper);
      const { color } = paint.fill;
      return { ...paint, color, year, label: short(one.label), cells: one.cells, figure: amountIn(unit, one) };
    }),
  );
}

const [linesHeight, lineOfText] = [280, 15];

/** The ends of lines that have room for their names: the larger ones come first. */
function namedOf<Row extends { readonly year: string; readonly figure: number }>(rows: readonly Row[]): readonly Row[] {
  const year = rows.at(-1)?.year;
  // The scale ends at a round figure, at most half as much again as the greatest.
  const pixel = (1.25 * Math.max(...rows.map((row) => row.figure))) / (linesHeight - 60);
  const named: Row[] = [];
  for (const row of rows.filter((one) => one.year === year).toSorted((a, b) => b.figure - a.figure)) {
    const isFree = (named.at(-1)?.figure ?? Infinity) - row.figure >= lineOfText * pixel;
    if (isFree) named.push(row);
  }
  return named;
}

/** The classes of each year as lines; one that is weak on the paper has an edge. */
export function linesOf(documents: Yearly, options: YearOptions): SVGElement | HTMLElement {
  const { unitTitle, width } = options;
  const rows = rowsOf(documents, options);
  const years = documents.map(([year]) => year);
  // Years are as far from each other as they are in time.
  const inTime = isYears(years);
  const x = inTime ? (row: (typeof rows)[number]) => Number(row.year) : 'year';
  const named = namedOf(rows);
  const [y, z] = ['figure', 'label'];
  const [plain, patterned] = [
    rows.filter(({ fill }) => fill.pattern === 0),
    rows.filter(({ fill }) => fill.pattern > 0),
  ];
  return Plot.plot({
    ...common,
    ...{ width, height: linesHeight, marginLeft: 50, marginRight: roomFor(named.map(({ label }) => label)) + 14 },
    x: {
      label: null,
      ...(inTime ? { ticks: years.map(Number) } : { type: 'point', domain: years }),
      tickFormat: (year: unknown) => valueTitle(String(year)).replace(' ', '\n'),
    },
    y: { label: unitTitle, labelArrow: 'none', grid: true, nice: true },
    marginBottom: 40,
    color: ownColors,
    marks: [
      patternsOf(rows),
      Plot.lineY(rows, { x, y, z, stroke: 'outline', strokeWidth: 3.5 }),
      // A line has no room for a pattern: it is broken in its place.
      Plot.lineY(plain, { x, y, z, stroke: 'color', strokeWidth: 2 }),
      Plot.lineY(patterned, { x, y, z, stroke: 'color', strokeWidth: 2, strokeDasharray: '6,3' }),
      Plot.dot(rows, { x, y, fill: 'paint', stroke: 'outline' }),
      Plot.text(named, { x, y, text: z, dx: 8, textAnchor: 'start' }),
    ],
  });
}

/** The least width of the chart of a year. */
const leastWidth = 56;

/** A small chart for each year, all on one scale and with the classes in one order. */
export function multiplesOf(documents: Yearly, options: YearOptions): readonly (SVGElement | HTMLElement)[] {
  const { width } = options;
  const rows = rowsOf(documents, options);
  const most = Math.max(...rows.map((row) => row.figure));
  const totals = Map.groupBy(rows, ({ label }) => label);
  const labels = [...totals.keys()].toSorted((a, b) => sum(totals.get(b)) - sum(totals.get(a)));
  const format = columnFormat(
    rows.map((row) => row.figure),
    { unit: options.unit, digits: 3 },
  );
  const { margins, y } = classAxis(labels);
  const perLine = Math.max(1, Math.floor((width - margins.marginLeft) / leastWidth));
  const lines = Array.from({ length: Math.ceil(documents.length / perLine) }, (_, line) =>
    documents.slice(line * perLine, (line + 1) * perLine).map(([year]) => year),
  );
  return lines.map((years) => {
    const own = rows.filter(({ year }) => years.includes(year));
    return Plot.plot({
      ...{
        ...common,
        ...margins,
        width,
        height: rowHeight * labels.length + 40,
        marginRight: 8,
        marginTop: 30,
        marginBottom: 6,
      },
      // A line that is not full has charts of the same size.
      fx: {
        label: null,
        axis: 'top',
        domain: [
          ...years,
          ...Array(perLine - years.length)
            .fill('')
            .map((_, i) => ' '.repeat(i + 1)),
        ],
      },
      // The longest bar leaves room for its figure.
      // Each bar has its figure.
      x: { axis: null, domain: [0, 1.9 * most] },
      y,
      color: ownColors,
      marks: [
        patternsOf(own),
        Plot.barX(own, { fx: 'year', x: 'figure', y: 'label', fill: 'paint', stroke: 'outline' }),
        Plot.ruleX([0]),
        Plot.text(own, {
          ...{ fx: 'year', y: 'label', x: 'figure', text: (row) => format(row.figure), dx: 3, fontSize: 10 },
          textAnchor: 'start',
        }),
      ],
    });
  });
}

function sum(rows: readonly { readonly cells: number }[] = []): number {
  return rows.reduce((all, { cells }) => all + cells, 0);
}
