import { useEffect } from 'preact/hooks';
import type { Answering } from '../ask/use-answers.ts';
import type { Unit } from '../asked.ts';
import type { Parameter } from '../operations.ts';
import { usePaper } from '../theme.tsx';
import { words } from '../words.ts';
import { useWidth } from './chart.tsx';
import { type FillOf, kindOf, type LabelledDocument } from './document.ts';

export interface YearsChartProps {
  readonly parameter: Parameter;
  readonly answers: readonly Answering[];
  readonly fillOf: FillOf;
  readonly unit: Unit;
}

/** The classes over all values of a parameter: as lines, and each in a small chart of its own. */
export function YearsChart({ parameter, answers, fillOf, unit }: YearsChartProps) {
  const [ref, width] = useWidth();
  const paper = usePaper();
  const known = answers.flatMap(({ answered }, index): [string, LabelledDocument][] =>
    answered ? [[parameter.values[index] as string, answered.document]] : [],
  );
  const key = known.map(([year]) => year).join();
  useEffect(() => {
    if (width === 0 || known.length === 0) return;
    const [[, first]] = known as [[string, LabelledDocument]];
    if (!['classes', 'pairs'].includes(kindOf(first))) return;
    let isWanted = true;
    void import('./year-plots.ts').then(({ linesOf, multiplesOf }) => {
      const options = { unit, unitTitle: words.unit[unit], fillOf, paper, width };
      const plots = [linesOf(known, options), ...multiplesOf(known, options)];
      for (const plot of plots) plot.setAttribute('aria-hidden', 'true');
      if (isWanted) ref.current?.replaceChildren(...plots);
    });
    return () => {
      isWanted = false;
    };
  }, [key, unit, fillOf, paper, width]);
  return (
    <section class="years" aria-label={words.overYears(parameter.title)}>
      <h2>{words.overYears(parameter.title)}</h2>
      <div class="chart" ref={ref} role="img" aria-label={words.answer.chart} />
    </section>
  );
}
