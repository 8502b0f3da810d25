import * as Plot from '@observablehq/plot';
import { axisHeight, figureAxis } from './plot-parts.ts';

/** An area as a dot. */
export interface StripRow {
  readonly area: string;
  readonly figure: number;
  readonly isOwn: boolean;
  readonly text: string;
}

interface StripOptions {
  readonly width: number;
  readonly title: string;
  readonly pick: (area: string) => void;
}

const [height, radius, ownRadius] = [112, 4.5, 6.5];

/** Areas as dots along their figures, side by side where they would cover each other. */
export function stripOf(rows: readonly StripRow[], { width, title, pick }: StripOptions): SVGElement | HTMLElement {
  const own = rows.filter(({ isOwn }) => isOwn);
  const plot = Plot.plot({
    style: { background: 'transparent', fontSize: '12px', fontFamily: 'inherit' },
    ...{ width, height, marginLeft: 12, marginRight: 12, marginTop: 4 },
    marginBottom: axisHeight,
    x: { ...figureAxis(width), label: title },
    r: { type: 'identity' },
    marks: [
      Plot.ruleX(own, { x: 'figure', strokeWidth: 1.5 }),
      Plot.dot(
        rows,
        Plot.dodgeY('middle', {
          ...{ x: 'figure', r: ({ isOwn }: StripRow) => (isOwn ? ownRadius : radius), title: 'text' },
          fill: ({ isOwn }: StripRow) => (isOwn ? 'var(--ink)' : 'var(--accent)'),
          ...{ stroke: 'var(--paper)', sort: 'isOwn' },
        }),
      ),
    ],
    color: { type: 'identity' },
  });
  // Plot binds nothing to marks: the title of a dot tells which area it is.
  const areas = new Map(rows.map(({ text, area }) => [text, area]));
  for (const dot of plot.querySelectorAll<SVGElement>('circle')) {
    const area = areas.get(dot.querySelector('title')?.textContent ?? '');
    dot.style.cursor = 'pointer';
    if (area !== undefined) dot.addEventListener('click', () => pick(area));
  }
  return plot;
}
