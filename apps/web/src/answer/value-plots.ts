import * as Plot from '@observablehq/plot';
import { words } from '../words.ts';
import { type LabelledDocument, titleOf, titlesOf } from './figures.ts';
import { common, noColor, type PlotOptions, short } from './plot-parts.ts';

const mostBins = 40;

/** The values of a raster by how many cells have them. */
export function distribution(document: LabelledDocument, { width }: PlotOptions) {
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

/** The least, the average and the greatest value of rasters. */
export function ranges(document: LabelledDocument, { width }: PlotOptions) {
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
