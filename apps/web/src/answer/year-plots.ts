import * as Plot from '@observablehq/plot';
import { amountIn, classesOf, type LabelledDocument } from './figures.ts';
import { figure } from './numbers.ts';
import { common, nameWidth, ownColors, type PlotOptions, painted, patternsOf, rowHeight, short } from './plot-parts.ts';

/** The answers of years, in their order. */
export type Yearly = readonly (readonly [year: string, document: LabelledDocument])[];

type YearOptions = Omit<PlotOptions, 'scale'>;

function rowsOf(documents: Yearly, { unit, fillOf, paper }: YearOptions) {
  return documents.flatMap(([year, document]) =>
    classesOf(document).map((one) => {
      const paint = painted(fillOf(document.rasters[0] as string, one.value), paper);
      const { color } = paint.fill;
      return { ...paint, color, year, label: short(one.label), cells: one.cells, figure: amountIn(unit, one) };
    }),
  );
}

const [linesHeight, lineOfText] = [260, 12];

/** The ends of lines that have room for their names: the larger ones come first. */
function namedOf<Row extends { readonly year: string; readonly figure: number }>(rows: readonly Row[]): readonly Row[] {
  const year = rows.at(-1)?.year;
  const pixel = Math.max(...rows.map((row) => row.figure)) / (linesHeight - 50);
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
  const [x, y, z] = ['year', 'figure', 'label'];
  const [plain, patterned] = [
    rows.filter(({ fill }) => fill.pattern === 0),
    rows.filter(({ fill }) => fill.pattern > 0),
  ];
  return Plot.plot({
    ...common,
    ...{ width, height: linesHeight, marginLeft: 50, marginRight: 130 },
    x: { label: null, type: 'point', domain: documents.map(([year]) => year) },
    y: { label: unitTitle, grid: true, nice: true },
    color: ownColors,
    marks: [
      patternsOf(rows),
      Plot.lineY(rows, { x, y, z, stroke: 'outline', strokeWidth: 3.5 }),
      // A line has no room for a pattern: it is broken in its place.
      Plot.lineY(plain, { x, y, z, stroke: 'color', strokeWidth: 2 }),
      Plot.lineY(patterned, { x, y, z, stroke: 'color', strokeWidth: 2, strokeDasharray: '6,3' }),
      Plot.dot(rows, { x, y, fill: 'paint', stroke: 'outline' }),
      Plot.text(namedOf(rows), { x, y, text: z, dx: 8, textAnchor: 'start' }),
    ],
  });
}

/** The least width of the chart of a year. */
const leastWidth = 56;

/** A small chart for each year, all on one scale and with the classes in one order. */
export function multiplesOf(documents: Yearly, options: YearOptions): readonly (SVGElement | HTMLElement)[] {
  const { unitTitle, width } = options;
  const rows = rowsOf(documents, options);
  const most = Math.max(...rows.map((row) => row.figure));
  const totals = Map.groupBy(rows, ({ label }) => label);
  const labels = [...totals.keys()].toSorted((a, b) => sum(totals.get(b)) - sum(totals.get(a)));
  const perLine = Math.max(1, Math.floor((width - nameWidth) / leastWidth));
  const lines = Array.from({ length: Math.ceil(documents.length / perLine) }, (_, line) =>
    documents.slice(line * perLine, (line + 1) * perLine).map(([year]) => year),
  );
  return lines.map((years) => {
    const own = rows.filter(({ year }) => years.includes(year));
    return Plot.plot({
      ...common,
      ...{ width, height: rowHeight * labels.length + 60, marginRight: 8 },
      // A line that is not full has charts of the same size.
      fx: {
        label: null,
        domain: [
          ...years,
          ...Array(perLine - years.length)
            .fill('')
            .map((_, i) => ' '.repeat(i + 1)),
        ],
      },
      // The longest bar leaves room for its figure.
      x: { label: unitTitle, domain: [0, 1.7 * most], ticks: 2 },
      y: { label: null, domain: labels },
      color: ownColors,
      marks: [
        patternsOf(own),
        Plot.barX(own, { fx: 'year', x: 'figure', y: 'label', fill: 'paint', stroke: 'outline' }),
        Plot.ruleX([0]),
        Plot.text(own, {
          ...{ fx: 'year', y: 'label', x: 'figure', text: (row) => figure(row.figure), dx: 3, fontSize: 10 },
          textAnchor: 'start',
        }),
      ],
    });
  });
}

function sum(rows: readonly { readonly cells: number }[] = []): number {
  return rows.reduce((all, { cells }) => all + cells, 0);
}
