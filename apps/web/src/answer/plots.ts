import * as Plot from '@observablehq/plot';
import { words } from '../words.ts';
import {
  amountIn,
  changeOf,
  classesOf,
  kindOf,
  type LabelledDocument,
  labelOf,
  labelsOf,
  titleOf,
  titlesOf,
} from './figures.ts';
import { figure } from './numbers.ts';
import { common, ownColors, type PlotOptions, painted, patternsOf, rowHeight, short } from './plot-parts.ts';
import { distribution, ranges } from './value-plots.ts';

/** The chart of an answer, in the colours of its legend; undefined: a table says it better. */
export function plotOf(document: LabelledDocument, options: PlotOptions): SVGElement | HTMLElement | undefined {
  switch (kindOf(document)) {
    case 'classes':
      return bars(document, options);
    case 'pairs':
      return heat(document, options);
    case 'averages':
      return averages(document, options);
    case 'change':
      return change(document, options);
    case 'statistics':
      return distribution(document, options);
    default:
      return ranges(document, options);
  }
}

function bars(document: LabelledDocument, { unit, unitTitle, fillOf, paper, scale, width }: PlotOptions) {
  const raster = document.rasters[0] as string;
  const rows = classesOf(document).map((one) => ({
    label: short(one.label),
    figure: amountIn(unit, one),
    ...painted(fillOf(raster, one.value), paper),
  }));
  return Plot.plot({
    ...common,
    width,
    height: rowHeight * rows.length + 40,
    marginRight: 50,
    color: ownColors,
    x: { label: unitTitle, grid: true, nice: true, ...(scale !== undefined && { domain: [0, scale] }) },
    y: { label: null, domain: rows.map(({ label }) => label) },
    marks: [
      patternsOf(rows),
      Plot.barX(rows, { x: 'figure', y: 'label', fill: 'paint', stroke: 'outline' }),
      Plot.text(rows, { x: 'figure', y: 'label', text: (row) => figure(row.figure), dx: 4, textAnchor: 'start' }),
    ],
  });
}

function heat(document: LabelledDocument, { unit, unitTitle, width }: PlotOptions) {
  const { groups = [] } = document;
  const rows = groups.map((group) => ({
    first: short(labelsOf(group)[0] ?? ''),
    second: labelsOf(group)[1] ?? '',
    figure: amountIn(unit, group),
  }));
  const order = classesOf(document).map(({ label }) => short(label));
  const columns = [...new Map(groups.map((group) => [group.values[1], labelsOf(group)[1] ?? ''])).entries()]
    .toSorted(([a], [b]) => (a ?? Infinity) - (b ?? Infinity))
    .map(([, label]) => label);
  return Plot.plot({
    ...common,
    width,
    height: rowHeight * order.length + 70,
    marginBottom: 60,
    x: {
      label: titlesOf(document)[1] ?? null,
      domain: columns,
      tickFormat: (label: string) => short(label).split(':')[0] ?? label,
    },
    y: { label: null, domain: order },
    color: { scheme: 'blues', type: 'sqrt', label: unitTitle },
    marks: [
      Plot.cell(rows, { x: 'second', y: 'first', fill: 'figure', inset: 0.5 }),
      Plot.text(rows, {
        ...{ x: 'second', y: 'first', text: (row) => figure(row.figure) },
        fill: (row) => (row.figure > 0.45 * Math.max(...rows.map((one) => one.figure)) ? 'white' : '#1d2733'),
      }),
    ],
  });
}

function averages(document: LabelledDocument, { fillOf, paper, width }: PlotOptions) {
  const { groups = [], rasters, target = '', sources = [], units } = document;
  if (groups.length < 2) return undefined;
  const rows = groups
    .filter(({ average }) => typeof average === 'number')
    .map((group) => ({
      label: short(labelsOf(group).join(', ')),
      average: group.average as number,
      ...painted(fillOf(rasters[0] as string, group.values[0] ?? null), paper),
    }))
    .toSorted((a, b) => b.average - a.average);
  const title = titleOf(target, sources);
  return Plot.plot({
    ...common,
    width,
    height: rowHeight * rows.length + 40,
    marginRight: 50,
    color: ownColors,
    x: { label: units ? `${title}, ${units}` : title, grid: true, nice: true },
    y: { label: null, domain: rows.map(({ label }) => label) },
    marks: [
      patternsOf(rows),
      Plot.ruleX([0]),
      Plot.barX(rows, { x: 'average', y: 'label', fill: 'paint', stroke: 'outline' }),
      Plot.text(rows, { x: 'average', y: 'label', text: (row) => figure(row.average), dx: 4, textAnchor: 'start' }),
    ],
  });
}

function change(document: LabelledDocument, { unit, unitTitle, fillOf, paper, width }: PlotOptions) {
  const { classes = [], rasters } = document;
  const rows = classes.map((one) => ({
    label: short(labelOf(one)),
    ...painted(fillOf(rasters[0] as string, one.value), paper),
    gains: amountIn(unit, changeOf(one, 'gains')),
    losses: -amountIn(unit, changeOf(one, 'losses')),
    net: amountIn(unit, changeOf(one, 'net')),
  }));
  const sorted = rows.toSorted((a, b) => b.net - a.net);
  return Plot.plot({
    ...common,
    width,
    height: rowHeight * rows.length + 40,
    color: ownColors,
    x: { label: words.figures.changed(unitTitle), grid: true, nice: true },
    y: { label: null, domain: sorted.map(({ label }) => label) },
    marks: [
      patternsOf(rows),
      Plot.barX(rows, { x: 'gains', y: 'label', fill: 'paint', stroke: 'outline' }),
      Plot.barX(rows, {
        x: 'losses',
        y: 'label',
        fill: 'paint',
        fillOpacity: 0.45,
        stroke: 'outline',
      }),
      Plot.dot(rows, { x: 'net', y: 'label', fill: 'currentColor', r: 3 }),
      Plot.ruleX([0]),
    ],
  });
}
