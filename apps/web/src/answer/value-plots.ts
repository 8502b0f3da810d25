import * as Plot from '@observablehq/plot';
import { words } from '../words.ts';
import { amountIn, type LabelledDocument, titleOf, titlesOf } from './document.ts';
import { axisHeight, classAxis, common, figureAxis, noColor, type PlotOptions } from './plot-parts.ts';

const mostBins = 40;

interface Share {
  readonly value: number | null;
  readonly amount: number;
}

/** The values of a raster by how many cells have them. */
export function distribution(document: LabelledDocument, { width }: PlotOptions) {
  const { values = [], median } = document;
  const shares = values.map(({ value, cells }) => ({ value, amount: cells }));
  return histogram(document, { shares, width, title: words.figures.cells, median });
}

/** Classes that are measured values, by how much of the area has them. */
export function classDistribution(document: LabelledDocument, { width, unit, unitTitle }: PlotOptions) {
  const shares = (document.groups ?? []).map((group) => ({
    value: group.values[0] ?? null,
    amount: amountIn(unit, group),
  }));
  return histogram(document, { shares, width, title: unitTitle });
}

interface Histogram {
  readonly shares: readonly Share[];
  readonly width: number;
  readonly title: string;
  readonly median?: unknown;
}

function histogram(document: LabelledDocument, { shares, width, title, median }: Histogram) {
  const { sources = [] } = document;
  const units = sources[0]?.units;
  const known = shares.filter((one) => one.value !== null);
  const middle = typeof median === 'number' ? [median] : [];
  return Plot.plot({
    ...{ ...common, width, height: 220, marginLeft: 56, marginBottom: axisHeight, marginTop: 24 },
    x: {
      ...{ ...figureAxis(width), grid: false },
      label: [titlesOf(document)[0], units === 'percent' ? '%' : units].filter(Boolean).join(', '),
    },
    y: { label: title, grid: true, labelArrow: 'none', tickFormat: 's' },
    marks: [
      Plot.rectY(
        known,
        Plot.binX({ y: 'sum' }, { x: 'value', y: 'amount', thresholds: mostBins, fill: noColor } as never),
      ),
      Plot.ruleY([0]),
      Plot.ruleX(middle, { strokeWidth: 2 }),
      Plot.text(middle, {
        ...{ x: (one: number) => one, frameAnchor: 'top', dy: -12, text: () => words.figures.statistics.median },
      }),
    ],
  });
}

/** The least, the average and the greatest value of rasters. */
export function ranges(document: LabelledDocument, { width }: PlotOptions) {
  const { summaries = [], sources = [] } = document;
  const rows = summaries.map(({ raster, min, max, average, units }) => {
    const title = titleOf(raster, sources);
    return { label: units ? `${title}, ${units === 'percent' ? '%' : units}` : title, min, max, average };
  });
  const { margins, y } = classAxis(rows.map(({ label }) => label));
  return Plot.plot({
    ...{ ...common, ...margins, width },
    height: 36 * rows.length + axisHeight + 10,
    marginRight: 30,
    x: { ...figureAxis(width), label: words.figures.range },
    y,
    marks: [
      Plot.ruleY(rows, { x1: 'min', x2: 'max', y: 'label', strokeWidth: 6, strokeOpacity: 0.35 }),
      Plot.dot(rows, { x: 'average', y: 'label', fill: 'currentColor', r: 5 }),
    ],
  });
}
