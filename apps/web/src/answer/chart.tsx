import { useEffect, useRef, useState } from 'preact/hooks';
import type { Unit } from '../asked.ts';
import { usePaper } from '../theme.tsx';
import { words } from '../words.ts';
import type { Shared } from './compared.ts';
import type { FillOf, LabelledDocument } from './document.ts';

export interface ChartProps {
  readonly document: LabelledDocument;
  readonly unit: Unit;
  readonly fillOf: FillOf;
  readonly shared?: Shared | undefined;
}

/** The least width with room for names and bars. */
const leastWidth = 200;

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
  const { document, unit, fillOf, shared } = props;
  const sharedKey = JSON.stringify(shared);
  const paper = usePaper();
  const [ref, width] = useWidth();
  useEffect(() => {
    if (width < leastWidth) return;
    let isWanted = true;
    void import('./plots.ts').then(({ plotOf }) => {
      const plot = isWanted && plotOf(document, { unit, unitTitle: words.unit[unit], fillOf, paper, shared, width });
      if (plot) plot.setAttribute('aria-hidden', 'true');
      if (isWanted) ref.current?.replaceChildren(...(plot ? [plot] : []));
    });
    return () => {
      isWanted = false;
    };
  }, [document, unit, fillOf, paper, sharedKey, width]);
  return <div class="chart" ref={ref} role="img" aria-label={words.answer.chart} />;
}
