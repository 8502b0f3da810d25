import { useEffect } from 'preact/hooks';
import type { Answering } from '../ask/use-answers.ts';
import type { Unit } from '../asked.ts';
import type { Parameter } from '../operations.ts';
import { words } from '../words.ts';
import { useWidth } from './chart.tsx';
import { type ColorOf, kindOf, type LabelledDocument } from './figures.ts';

export interface YearsChartProps {
  readonly parameter: Parameter;
  readonly answers: readonly Answering[];
  readonly colorOf: ColorOf;
  readonly unit: Unit;
}

/** The classes over all values of a parameter, as lines; as many as are there. */
export function YearsChart({ parameter, answers, colorOf, unit }: YearsChartProps) {
  const [ref, width] = useWidth();
  const known = answers.flatMap(({ answered }, index): [string, LabelledDocument][] =>
    answered ? [[parameter.values[index] as string, answered.document]] : [],
  );
  const key = known.map(([year]) => year).join();
  useEffect(() => {
    if (width === 0 || known.length === 0) return;
    const [[, first]] = known as [[string, LabelledDocument]];
    if (!['classes', 'pairs'].includes(kindOf(first))) return;
    let isWanted = true;
    void import('./plots.ts').then(({ linesOf }) => {
      const plot = linesOf(known, { unit, unitTitle: words.unit[unit], colorOf, width });
      plot.setAttribute('aria-hidden', 'true');
      if (isWanted) ref.current?.replaceChildren(plot);
    });
    return () => {
      isWanted = false;
    };
  }, [key, unit, colorOf, width]);
  return (
    <section class="years" aria-label={words.overYears(parameter.title)}>
      <h2>{words.overYears(parameter.title)}</h2>
      <div class="chart" ref={ref} role="img" aria-label={words.answer.chart} />
    </section>
  );
}
