import * as Plot from '@observablehq/plot';
import type { Unit } from '../asked.ts';
import { words } from '../words.ts';
import {
  amountIn,
  type ColorOf,
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

export interface PlotOptions {
  readonly unit: Unit;
  readonly unitTitle: string;
  readonly colorOf: ColorOf;
  /** The figure at the end of the scale, where several charts have one. */
  readonly scale: number | undefined;
  readonly width: number;
}

const [rowHeight, nameWidth, noColor] = [22, 170, '#8a8f98'];

/** Names that are too long for their place are cut. */
function short(label: string): string {
  return label.length > 26 ? `${label.slice(0, 25)}…` : label;
}

const common = { style: { background: 'transparent', fontSize: '12px', fontFamily: 'inherit' }, marginLeft: nameWidth };

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

function bars(document: LabelledDocument, { unit, unitTitle, colorOf, scale, width }: PlotOptions) {
  const raster = document.rasters[0] as string;
  const rows = classesOf(document).map((one) => ({
    label: short(one.label),
    figure: amountIn(unit, one),
    color: colorOf(raster, one.value) ?? noColor,
  }));
  return Plot.plot({
    ...common,
    width,
    height: rowHeight * rows.length + 40,
    marginRight: 50,
    x: { label: unitTitle, grid: true, nice: true, ...(scale !== undefined && { domain: [0, scale] }) },
    y: { label: null, domain: rows.map(({ label }) => label) },
    marks: [
      Plot.barX(rows, { x: 'figure', y: 'label', fill: 'color', stroke: 'currentColor', strokeOpacity: 0.35 }),
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

function averages(document: LabelledDocument, { colorOf, width }: PlotOptions) {
  const { groups = [], rasters, target = '', sources = [], units } = document;
  if (groups.length < 2) return undefined;
  const rows = groups
    .filter(({ average }) => typeof average === 'number')
    .map((group) => ({
      label: short(labelsOf(group).join(', ')),
      average: group.average as number,
      color: colorOf(rasters[0] as string, group.values[0] ?? null) ?? noColor,
    }))
    .toSorted((a, b) => b.average - a.average);
  const title = titleOf(target, sources);
  return Plot.plot({
    ...common,
    width,
    height: rowHeight * rows.length + 40,
    marginRight: 50,
    x: { label: units ? `${title}, ${units}` : title, grid: true, nice: true },
    y: { label: null, domain: rows.map(({ label }) => label) },
    marks: [
      Plot.ruleX([0]),
      Plot.barX(rows, { x: 'average', y: 'label', fill: 'color', stroke: 'currentColor', strokeOpacity: 0.35 }),
      Plot.text(rows, { x: 'average', y: 'label', text: (row) => figure(row.average), dx: 4, textAnchor: 'start' }),
    ],
  });
}

function change(document: LabelledDocument, { unit, unitTitle, colorOf, width }: PlotOptions) {
  const { classes = [], rasters } = document;
  const rows = classes.map((one) => ({
    label: short(labelOf(one)),
    color: colorOf(rasters[0] as string, one.value) ?? noColor,
    gains: amountIn(unit, changeOf(one, 'gains')),
    losses: -amountIn(unit, changeOf(one, 'losses')),
    net: amountIn(unit, changeOf(one, 'net')),
  }));
  const sorted = rows.toSorted((a, b) => b.net - a.net);
  return Plot.plot({
    ...common,
    width,
    height: rowHeight * rows.length + 40,
    x: { label: words.figures.changed(unitTitle), grid: true, nice: true },
    y: { label: null, domain: sorted.map(({ label }) => label) },
    marks: [
      Plot.barX(rows, { x: 'gains', y: 'label', fill: 'color', stroke: 'currentColor', strokeOpacity: 0.35 }),
      Plot.barX(rows, {
        x: 'losses',
        y: 'label',
        fill: 'color',
        fillOpacity: 0.45,
        stroke: 'currentColor',
        strokeOpacity: 0.35,
      }),
      Plot.dot(rows, { x: 'net', y: 'label', fill: 'currentColor', r: 3 }),
      Plot.ruleX([0]),
    ],
  });
}

const mostBins = 40;

function distribution(document: LabelledDocument, { width }: PlotOptions) {
  const values = (document.values ?? []).filter((one) => one.value !== null);
  const { sources = [], median } = document;
  return Plot.plot({
    ...common,
    width,
    marginLeft: 50,
    height: 200,
    x: { label: [titlesOf(document)[0], sources[0]?.units].filter(Boolean).join(', '), nice: true },
    y: { label: words.figures.cells, grid: true },
    marks: [
      Plot.rectY(
        values,
        Plot.binX({ y: 'sum' }, { x: 'value', y: 'cells', thresholds: mostBins, fill: noColor } as never),
      ),
      Plot.ruleY([0]),
      ...(typeof median === 'number' ? [Plot.ruleX([median], { strokeWidth: 2 })] : []),
    ],
  });
}

function ranges(document: LabelledDocument, { width }: PlotOptions) {
  const { summaries = [], sources = [] } = document;
  const rows = summaries.map(({ raster, min, max, average, units }) => {
    const title = titleOf(raster, sources);
    return { label: short(units ? `${title}, ${units}` : title), min, max, average };
  });
  return Plot.plot({
    ...common,
    width,
    height: 36 * rows.length + 40,
    marginRight: 30,
    x: { label: words.figures.range, nice: true, grid: true },
    y: { label: null, domain: rows.map(({ label }) => label) },
    marks: [
      Plot.ruleY(rows, { x1: 'min', x2: 'max', y: 'label', strokeWidth: 6, strokeOpacity: 0.35 }),
      Plot.dot(rows, { x: 'average', y: 'label', fill: 'currentColor', r: 5 }),
    ],
  });
}

/** The classes of each year as lines. */
export function linesOf(
  documents: readonly (readonly [value: string, document: LabelledDocument])[],
  { unit, unitTitle, colorOf, width }: Omit<PlotOptions, 'scale'>,
): SVGElement | HTMLElement {
  const rows = documents.flatMap(([year, document]) =>
    classesOf(document).map((one) => ({
      ...{ year, label: one.label, figure: amountIn(unit, one) },
      color: colorOf(document.rasters[0] as string, one.value) ?? noColor,
    })),
  );
  return Plot.plot({
    ...common,
    width,
    height: 260,
    marginLeft: 50,
    marginRight: 130,
    x: { label: null, type: 'point', domain: documents.map(([year]) => year) },
    y: { label: unitTitle, grid: true, nice: true },
    marks: [
      Plot.lineY(rows, { x: 'year', y: 'figure', z: 'label', stroke: 'color', strokeWidth: 2 }),
      Plot.dot(rows, { x: 'year', y: 'figure', fill: 'color', stroke: 'currentColor', strokeOpacity: 0.35 }),
      Plot.text(
        rows,
        Plot.selectLast({
          x: 'year',
          y: 'figure',
          z: 'label',
          text: (row: { label: string }) => short(row.label),
          dx: 8,
          textAnchor: 'start',
        }),
      ),
    ],
  });
}
