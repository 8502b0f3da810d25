import * as Plot from '@observablehq/plot';
import { words } from '../words.ts';
import { amountIn, classesInOrder, classesOf, type LabelledDocument, labelsOf, titlesOf } from './document.ts';
import { contrast } from './fills.ts';
import { columnFormat } from './numbers.ts';
import { classAxis, common, ownColors, type PlotOptions, rowHeight, short } from './plot-parts.ts';

/** The inks on fields of a heat map. */
const inks = ['#14181d', '#ffffff'] as const;

/** The colours of the least and the greatest figure: what is more stands out more. */
const ramps = { light: ['#e9f0f5', '#0d4f7c'], dark: ['#22303c', '#9fd4f5'] } as const;

const digits = 3;
const total = '\u03a3';

/** The amounts of what two rasters have in common, with the totals of both at the margins. */
export function heat(document: LabelledDocument, { unit, unitTitle, paper, shared, width }: PlotOptions) {
  const { groups = [] } = document;
  const isDark = contrast(paper, '#ffffff') > contrast(paper, '#000000');
  const ramp = ramps[isDark ? 'dark' : 'light'];
  const figures = groups.map((group) => amountIn(unit, group));
  const most = shared?.most ?? Math.max(...figures);
  const rows = groups.map((group, index) => {
    const [first = '', second = ''] = labelsOf(group, document);
    const color = mixed(ramp, Math.sqrt((figures[index] ?? 0) / most));
    return { first: short(first), second, figure: figures[index] ?? 0, color, ink: inkOn(color) };
  });
  const order = shared?.order.map(short) ?? classesOf(document).map(({ label }) => short(label));
  const columns = classesInOrder(document, 1).map(({ label }) => label);
  const totals = [
    ...classesOf(document).map((one) => ({ first: short(one.label), second: total, figure: amountIn(unit, one) })),
    ...classesOf(document, 1).map((one) => ({ first: total, second: one.label, figure: amountIn(unit, one) })),
  ];
  const format = columnFormat(
    [...rows, ...totals].map((row) => row.figure),
    { unit, digits },
  );
  const { margins, y } = classAxis([...order, total]);
  const heading = (label: string) => (label === total ? words.figures.total : (short(label).split(':')[0] ?? label));
  const text = { x: 'second', y: 'first', text: (row: { readonly figure: number }) => format(row.figure) } as const;
  return Plot.plot({
    ...{ ...common, ...margins, marginTop: 44, marginBottom: 6, marginRight: 4, width },
    height: rowHeight * y.domain.length + 52,
    x: {
      ...{ axis: 'top', label: [titlesOf(document)[1], unitTitle].filter(Boolean).join(', '), labelAnchor: 'center' },
      ...{ labelArrow: 'none', labelOffset: 40, domain: [...columns, total], tickFormat: heading, tickSize: 0 },
    },
    y: { ...y, tickFormat: heading },
    color: ownColors,
    marks: [
      Plot.cell(rows, { x: 'second', y: 'first', fill: 'color', inset: 0.5 }),
      Plot.text(rows, { ...text, fill: 'ink' }),
      Plot.text(totals, { ...text, fontWeight: 600 }),
    ],
  });
}

/** The ink that is read best on a colour. */
function inkOn(color: string): string {
  const [dark, light] = inks;
  return contrast(color, dark) >= contrast(color, light) ? dark : light;
}

/** A colour between two: 0 is the first. */
function mixed(ramp: readonly [string, string], at: number): string {
  const parts = [1, 3, 5].map((place) => {
    const [from, to] = ramp.map((color) => Number.parseInt(color.slice(place, place + 2), 16)) as [number, number];
    return Math.round(from + (to - from) * at)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${parts.join('')}`;
}
