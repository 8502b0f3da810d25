import { useEffect, useRef, useState } from 'preact/hooks';
import type { Unit } from '../asked.ts';
import { usePaper } from '../theme.tsx';
import { words } from '../words.ts';
import type { FillOf, LabelledDocument } from './figures.ts';

export interface ChartProps {
  readonly document: LabelledDocument;
  readonly unit: Unit;
  readonly fillOf: FillOf;
  /** The figure at the end of the scale, where several charts have one. */
  readonly scale?: number | undefined;
}

/** The width of an element, as it changes. */
export function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    if (ref.current) observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return [ref, width] as const;
}

/** The chart of an answer; the table beside it says the same. Charts are loaded when needed. */
export function Chart(props: ChartProps) {
  const { document, unit, fillOf, scale } = props;
  const paper = usePaper();
  const [ref, width] = useWidth();
  useEffect(() => {
    if (width === 0) return;
    let isWanted = true;
    void import('./plots.ts').then(({ plotOf }) => {
      const plot = isWanted && plotOf(document, { unit, unitTitle: words.unit[unit], fillOf, paper, scale, width });
      if (plot) plot.setAttribute('aria-hidden', 'true');
      if (isWanted) ref.current?.replaceChildren(...(plot ? [plot] : []));
    });
    return () => {
      isWanted = false;
    };
  }, [document, unit, fillOf, paper, scale, width]);
  return <div class="chart" ref={ref} role="img" aria-label={words.answer.chart} />;
}
