import { useRef } from 'preact/hooks';
import { useArea } from '../ask/use-area.ts';
import type { Catalog } from '../ask/use-catalog.ts';
import type { AreaNames } from '../ask/use-names.ts';
import type { Questioning } from '../ask/use-question.ts';
import { type Asked, isWhole } from '../asked.ts';
import { StartLegend } from '../map/legend.tsx';
import { shownRasters } from '../map/shown-rasters.ts';
import { words } from '../words.ts';
import { valueTitle } from '../years.ts';
import { sharedOf } from './compared.ts';
import { Compared } from './compared-view.tsx';
import type { FillOf } from './document.ts';
import { Further } from './further.tsx';
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
  readonly names: AreaNames;
}

/** The answer in words, as a chart and as a table, with its sources and ways to take it away. */
export function AnswerView(props: AnswerProps) {
  const { asked, change, catalog, fillOf, names, question, first, years, further, retry } = props;
  const area = useArea(asked.area);
  const printer = useRef<Printer>(null);
  if (!question || !first) {
    const [shown] = shownRasters(asked, catalog);
    return (
      <section id="answer" aria-label={words.answer.heading}>
        {shown && <StartLegend raster={shown.raster} />}
      </section>
    );
  }
  const { unit } = asked;
  const name = names.first ?? '';
  const all = [
    { name, answering: first, question },
    { name: words.stream.total(name), answering: props.upstream, question: props.total },
    { name: names.beside ?? '', answering: props.beside, question: props.other },
  ].flatMap(({ answering, question: own, ...one }) => (answering && own ? [{ ...one, answering, question: own }] : []));
  const answers = all.flatMap(({ answering: { answered, isWaiting }, ...one }) =>
    answered && !isWaiting ? [{ ...one, answered, document: answered.document }] : [],
  );
  const isTogether = answers.length > 1;
  const isAlone = !isTogether && all.every(({ answering }, index) => index === 0 || !answering.isWaiting);
  const shared = sharedOf(
    answers.map(({ document }) => document),
    unit,
  );
  const common = { unit, fillOf, cancel: props.cancel, retry };
  const pick = (picked: string) => change({ area: picked });
  const [own] = answers;
  const title = words.report.title({
    operation: catalog.operation?.title ?? '',
    areas: all.map((one) => one.name),
    choices: Object.values(question.choices).map((value) => valueTitle(value)),
    coverage: words.coverage[question.coverage as 'centre'],
  });
  return (
    <section id="answer" aria-label={words.answer.heading}>
      <Report {...{ title, printer }} />
      <Options {...{ asked, change, catalog }} />
      {props.isTotalRefused && (
        <div class="note">
          <p>{words.problem.touchedTotal}</p>
          <button type="button" onClick={() => change({ coverage: 'centre' })}>
            {words.problem.byCentres}
          </button>
        </div>
      )}
      {years && <YearsChart {...years} {...{ fillOf, unit }} />}
      <div class="answers">
        {all.map(({ name: heading, answering }, index) => (
          <OneAnswer
            {...common}
            {...{ answering, shared }}
            key={index}
            name={heading}
            heading={all.length > 1 ? heading : undefined}
            hasTable={isAlone}
          />
        ))}
      </div>
      {isTogether && <Compared {...{ unit, fillOf }} documents={answers} isOther={props.beside !== undefined} />}
      {own && area && (
        <Neighbours
          {...{ area, question, pick, document: own.document }}
          tableTitle={catalog.tables.find(({ id }) => asked.area?.startsWith(`${id}/`))?.title ?? ''}
        />
      )}
      {area && (
        <Stream {...{ area, pick, hasUpstream: asked.upstream, showUpstream: () => change({ upstream: true }) }} />
      )}
      {(own || further) && <Further {...{ asked, change, catalog, further }} {...common} />}
      {own && <Sources documents={[own.document, ...(further?.answering.answered ?? []).map((one) => one.document)]} />}
      {own && <TakeAway {...{ answers, title, unit, retry }} isLinkWhole={isWhole(asked)} printer={printer} />}
    </section>
  );
}
