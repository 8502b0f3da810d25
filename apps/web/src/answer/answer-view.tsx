import { useRef } from 'preact/hooks';
import type { Answering } from '../ask/use-answers.ts';
import { useArea } from '../ask/use-area.ts';
import type { Catalog } from '../ask/use-catalog.ts';
import type { Questioning } from '../ask/use-question.ts';
import type { Asked, Unit } from '../asked.ts';
import { words } from '../words.ts';
import { type FillOf, figuresOf, kindOf } from './figures.ts';
import { Neighbours } from './neighbours.tsx';
import { OneAnswer } from './one-answer.tsx';
import { Options } from './options.tsx';
import { type Printer, Report } from './report.tsx';
import { Sources } from './sources.tsx';
import { Stream } from './stream.tsx';
import { TakeAway } from './take-away.tsx';
import { YearsChart } from './years-chart.tsx';

export interface AnswerProps extends Questioning {
  readonly asked: Asked;
  readonly change: (part: Partial<Asked>) => void;
  readonly catalog: Catalog;
  readonly fillOf: FillOf;
  readonly isLinkWhole: boolean;
}

/** The answer in words, as a chart and as a table, with its sources and ways to take it away. */
export function AnswerView(props: AnswerProps) {
  const { asked, change, catalog, fillOf, question, first, upstream, beside, years, further, retry } = props;
  const area = useArea(asked.area);
  const other = useArea(asked.beside || undefined);
  const printer = useRef<Printer>(null);
  if (!question || !first) return <section id="answer" aria-label={words.answer.heading} />;
  const { unit } = asked;
  const name = asked.drawn ? (asked.drawn.name ?? words.draw.name) : (area?.name ?? '');
  const scale = scaleOf([first, upstream, beside], unit);
  const common = { unit, fillOf, scale, cancel: props.cancel, retry };
  const pick = (picked: string) => change({ area: picked });
  const { answered } = first;
  const taken = upstream
    ? { answered: upstream.answered, question: { ...question, upstream: true } }
    : { answered, question };
  const title = words.report.title({
    operation: catalog.operation?.title ?? '',
    area: name,
    choices: question.choices,
    coverage: words.coverage[question.coverage as 'centre'],
  });
  return (
    <section id="answer" aria-label={words.answer.heading}>
      <Report {...{ title, printer }} />
      <Options {...{ asked, change, catalog }} />
      <div class="answers">
        <OneAnswer {...common} answering={first} name={name} isTitled={!!(upstream || beside)} />
        {upstream && <OneAnswer {...common} answering={upstream} name={words.stream.total(name)} isTitled />}
        {beside && <OneAnswer {...common} answering={beside} name={other?.name ?? ''} isTitled />}
      </div>
      {years && <YearsChart {...years} {...{ fillOf, unit }} />}
      {answered && area && (
        <Neighbours
          {...{ area, question, pick, document: answered.document }}
          tableTitle={catalog.tables.find(({ id }) => asked.area?.startsWith(`${id}/`))?.title ?? ''}
        />
      )}
      {area && (
        <Stream {...{ area, pick, hasUpstream: asked.upstream, showUpstream: () => change({ upstream: true }) }} />
      )}
      {further?.operations.map(({ id, title }, index) => {
        const { answering, cancel } = further;
        const own = { ...answering, answered: answering.answered?.[index] };
        // One request has all of them: its progress and its problem are said once.
        if (index > 0 && !own.answered) return null;
        return (
          <OneAnswer {...common} key={id} {...{ cancel, answering: own, name: title }} scale={undefined} isTitled />
        );
      })}
      {answered && (
        <Sources documents={[answered.document, ...(further?.answering.answered ?? []).map((one) => one.document)]} />
      )}
      {taken.answered && (
        <TakeAway
          answered={taken.answered}
          question={taken.question}
          isLinkWhole={props.isLinkWhole}
          retry={retry}
          print={() => void printer.current?.print()}
        />
      )}
    </section>
  );
}

/** The largest figure of the charts beside each other, so that they have one scale. */
function scaleOf(answers: readonly (Answering | undefined)[], unit: Unit): number | undefined {
  const documents = answers.flatMap((one) => (one?.answered ? [one.answered.document] : []));
  if (documents.length < 2 || documents.some((document) => kindOf(document) !== 'classes')) return undefined;
  const figures = documents.flatMap((document) =>
    figuresOf(document, { unit, unitTitle: '', fillOf: () => undefined }).rows.map(({ cells }) => Number(cells.at(-1))),
  );
  return Math.max(...figures);
}
