import * as Plot from '@observablehq/plot';
import { words } from '../words.ts';
import { binsOf, rangeOf } from './bins.ts';
import { type LabelledDocument, titleOf, titlesOf } from './document.ts';
import { axisHeight, classAxis, common, figureAxis, noColor, type PlotOptions } from './plot-parts.ts';

/** The measured values of a raster, or of a class, by how much of the area has them. */
export function distribution(document: LabelledDocument, { width, unit, unitTitle, shared }: PlotOptions) {
  const { sources = [], values, median } = document;
  const units = sources[0]?.units;
  const range = shared?.range ?? rangeOf([document], unit);
  const bins = range ? binsOf(document, unit, range) : [];
  const middle = typeof median === 'number' ? [median] : [];
  const ends = [...(range ?? []), ...bins.flatMap(({ from, to }) => [from, to])];
  return Plot.plot({
    ...{ ...common, width, height: 220, marginLeft: 56, marginBottom: axisHeight, marginTop: 24 },
    x: {
      ...{ ...figureAxis(width), grid: false, domain: [Math.min(...ends), Math.max(...ends)] },
      label: [titlesOf(document)[0], units === 'percent' ? '%' : units].filter(Boolean).join(', '),
    },
    y: {
      ...{ label: values ? words.figures.cells : unitTitle, grid: true, labelArrow: 'none', tickFormat: '~s' },
      ...(shared && { domain: [0, shared.most] }),
    },
    marks: [
      Plot.rectY(bins, { x1: 'from', x2: 'to', y: 'amount', fill: noColor }),
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
