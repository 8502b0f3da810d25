import type { ComponentChildren } from 'preact';
import type { Answering } from '../ask/use-answers.ts';
import type { Unit } from '../asked.ts';
import { words } from '../words.ts';
import { Chart } from './chart.tsx';
import type { Shared } from './compared.ts';
import { type FillOf, hasChart } from './document.ts';
import { figuresOf } from './figures.ts';
import { FiguresTable } from './figures-table.tsx';
import { duration } from './numbers.ts';
import { ProblemNote } from './problem-note.tsx';
import { summaryOf } from './summary.ts';
import { Waiting } from './waiting.tsx';

interface OneAnswerProps {
  readonly answering: Answering;
  /** The name of the area, or of the operation. */
  readonly name: string;
  /** The heading; undefined: it is the only answer. */
  readonly heading?: ComponentChildren;
  /** Whether its table stands here, and not in one with others. */
  readonly hasTable: boolean;
  readonly unit: Unit;
  readonly fillOf: FillOf;
  readonly shared?: Shared | undefined;
  readonly cancel: () => void;
  readonly retry: () => void;
}

/** One answer: in words, as a chart and as a table; or how far it is, or why there is none. */
export function OneAnswer(props: OneAnswerProps) {
  const { answering, name, heading, hasTable, unit, fillOf, shared, cancel, retry } = props;
  const { answered, isWaiting, problem, status } = answering;
  return (
    <article>
      {heading !== undefined && <h2>{heading}</h2>}
      {isWaiting && <Waiting status={status} cancel={cancel} />}
      {problem && <ProblemNote {...{ problem, retry }} />}
      {answered && !isWaiting && (
        <>
          <p class="summary" role="status">
            {summaryOf(answered.document, unit).join(' ')}
          </p>
          {answered.document.cells > 0 && (
            <>
              {hasChart(answered.document) && <Chart document={answered.document} {...{ unit, fillOf, shared }} />}
              {hasTable && (
                <FiguresTable
                  caption={name}
                  figures={figuresOf(answered.document, { unit, unitTitle: words.unit[unit], fillOf })}
                />
              )}
            </>
          )}
          <p class="origin">
            {answered.isFromCache ? words.answer.hit : words.answer.miss(duration(answered.milliseconds))}
          </p>
        </>
      )}
    </article>
  );
}
