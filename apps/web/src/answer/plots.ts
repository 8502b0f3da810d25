import * as Plot from '@observablehq/plot';
import { words } from '../words.ts';
import {
  amountIn,
  changeOf,
  classesOf,
  isMeasured,
  kindOf,
  type LabelledDocument,
  labelOf,
  labelsOf,
  titleOf,
  withUnits,
} from './document.ts';
import { heat } from './heat-plot.ts';
import { columnFormat } from './numbers.ts';
import {
  axisHeight,
  classAxis,
  common,
  figureAxis,
  ownColors,
  type Painted,
  type PlotOptions,
  painted,
  patternsOf,
  roomFor,
  rowHeight,
  short,
} from './plot-parts.ts';
import { distribution, ranges } from './value-plots.ts';

/** The chart of an answer, in the colours of its legend; undefined: a table says it better. */
export function plotOf(document: LabelledDocument, options: PlotOptions): SVGElement | HTMLElement | undefined {
  switch (kindOf(document)) {
    case 'classes':
      return isMeasured(document) ? distribution(document, options) : bars(document, options);
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

interface Bar extends Painted {
  readonly label: string;
  readonly figure: number;
}

interface BarsOptions extends Pick<PlotOptions, 'shared' | 'width'> {
  readonly title: string;
  readonly format: (figure: number) => string;
}

/** A bar for each class, with its figure behind it. */
function barsOf(rows: readonly Bar[], { shared, width, title, format }: BarsOptions) {
  const { margins, y } = classAxis(shared?.order.map(short) ?? rows.map(({ label }) => label));
  return Plot.plot({
    ...{ ...common, ...margins, width },
    height: rowHeight * y.domain.length + axisHeight + 10,
    // Charts beside each other have as much room for figures, so that their scales are as long.
    marginRight: roomFor([...rows.map((row) => row.figure), shared?.most ?? 0].map(format)) + 12,
    color: ownColors,
    x: { ...figureAxis(width), label: title, ...(shared && { domain: [0, shared.most] }) },
    y,
    marks: [
      patternsOf(rows),
      Plot.barX(rows, { x: 'figure', y: 'label', fill: 'paint', stroke: 'outline' }),
      Plot.text(rows, { x: 'figure', y: 'label', text: (row) => format(row.figure), dx: 4, textAnchor: 'start' }),
      Plot.ruleX([0]),
    ],
  });
}

function bars(document: LabelledDocument, { unit, unitTitle, fillOf, paper, ...options }: PlotOptions) {
  const raster = document.rasters[0] as string;
  const rows = classesOf(document).map((one) => ({
    label: short(one.label),
    figure: amountIn(unit, one),
    ...painted(fillOf(raster, one.value), paper),
  }));
  const format = columnFormat([...rows.map((row) => row.figure), options.shared?.most], { unit });
  return barsOf(rows, { ...options, title: unitTitle, format });
}

function averages(document: LabelledDocument, { fillOf, paper, ...options }: PlotOptions) {
  const { groups = [], rasters, target = '', sources = [], units } = document;
  const rows = groups
    .filter(({ average }) => typeof average === 'number')
    .map((group) => ({
      label: short(labelsOf(group, document).join(', ')),
      figure: group.average as number,
      ...painted(fillOf(rasters[0] as string, group.values[0] ?? null), paper),
    }))
    .toSorted((a, b) => b.figure - a.figure);
  const title = [titleOf(target, sources), units && withUnits('', units).trim()].filter(Boolean).join(', ');
  return barsOf(rows, { ...options, title, format: columnFormat(rows.map((row) => row.figure)) });
}

function change(document: LabelledDocument, { unit, unitTitle, fillOf, paper, shared, width }: PlotOptions) {
  const { classes = [], rasters } = document;
  const rows = classes
    .toSorted((a, b) => b.net - a.net)
    .map((one) => ({
      label: short(labelOf(one)),
      ...painted(fillOf(rasters[0] as string, one.value), paper),
      gains: amountIn(unit, changeOf(one, 'gains')),
      losses: -amountIn(unit, changeOf(one, 'losses')),
      net: amountIn(unit, changeOf(one, 'net')),
    }));
  const { margins, y } = classAxis(shared?.order.map(short) ?? rows.map(({ label }) => label));
  return Plot.plot({
    ...{ ...common, ...margins, width },
    height: rowHeight * y.domain.length + axisHeight + 10,
    marginRight: 20,
    color: ownColors,
    x: {
      ...{ ...figureAxis(width), label: words.figures.changed(unitTitle) },
      ...(shared && { domain: [-shared.most, shared.most] }),
    },
    y,
    marks: [
      patternsOf(rows),
      Plot.barX(rows, { x: 'gains', y: 'label', fill: 'paint', stroke: 'outline' }),
      Plot.barX(rows, { x: 'losses', y: 'label', fill: 'paint', fillOpacity: 0.45, stroke: 'outline' }),
      Plot.ruleX([0]),
      Plot.dot(rows, { x: 'net', y: 'label', fill: 'currentColor', stroke: paper, r: 4 }),
    ],
  });
}
