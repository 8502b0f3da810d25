import type { Question } from '../ask/answering.ts';
import { AreaSearch } from '../ask/area-search.tsx';
import { useArea } from '../ask/use-area.ts';
import type { Catalog } from '../ask/use-catalog.ts';
import type { Answering } from '../ask/use-question.ts';
import { type Asked, type Unit, units } from '../asked.ts';
import type { Parameter } from '../operations.ts';
import { words } from '../words.ts';
import { Chart } from './chart.tsx';
import { type ColorOf, figuresOf, kindOf, type LabelledDocument } from './figures.ts';
import { FiguresTable } from './figures-table.tsx';
import { duration } from './numbers.ts';
import { summaryOf } from './summary.ts';
import { TakeAway } from './take-away.tsx';
import { Waiting } from './waiting.tsx';
import { YearsChart } from './years-chart.tsx';

export interface AnswerProps {
  readonly asked: Asked;
  readonly change: (part: Partial<Asked>) => void;
  readonly catalog: Catalog;
  readonly colorOf: ColorOf;
  readonly question: Question | undefined;
  readonly first: Answering | undefined;
  readonly beside: Answering | undefined;
  readonly years: { readonly parameter: Parameter; readonly answers: readonly Answering[] } | undefined;
  readonly cancel: () => void;
  readonly retry: () => void;
  readonly isLinkWhole: boolean;
}

/** The answer in words, as a chart and as a table, with its sources and ways to take it away. */
export function AnswerView(props: AnswerProps) {
  const { asked, change, catalog, question, first, beside, years, retry } = props;
  const area = useArea(asked.area);
  const other = useArea(asked.beside);
  if (!question || !first) return <section id="answer" aria-label={words.answer.heading} />;
  const name = asked.drawn ? (asked.drawn.name ?? words.draw.name) : (area?.name ?? '');
  const { answered } = first;
  return (
    <section id="answer" aria-label={words.answer.heading}>
      <Options {...{ asked, change, catalog }} />
      <div class="answers">
        <One {...props} answering={first} name={name} isTitled={beside !== undefined} />
        {beside && <One {...props} answering={beside} name={other?.name ?? ''} isTitled />}
      </div>
      {years && (
        <YearsChart parameter={years.parameter} answers={years.answers} colorOf={props.colorOf} unit={asked.unit} />
      )}
      {answered && <Sources document={answered.document} />}
      {answered && <TakeAway {...{ asked, answered, question, isLinkWhole: props.isLinkWhole }} />}
      {first.problem !== undefined && (
        <button type="button" onClick={retry}>
          {words.again}
        </button>
      )}
    </section>
  );
}

/** The choices of how the answer is shown, and of what stands beside it. */
function Options({ asked, change, catalog }: Pick<AnswerProps, 'asked' | 'change' | 'catalog'>) {
  const { answer, unit: unitWords, overYears } = words;
  const isWellKnown = asked.area !== undefined;
  return (
    <div class="options">
      <fieldset class="units">
        <legend class="unseen">{unitWords.label}</legend>
        {units.map((unit) => (
          <label key={unit}>
            <input type="radio" name="unit" checked={asked.unit === unit} onChange={() => change({ unit })} />
            <span>{unitWords[unit]}</span>
          </label>
        ))}
      </fieldset>
      {isWellKnown && (
        <label class="check">
          <input type="checkbox" checked={asked.upstream} onChange={() => change({ upstream: !asked.upstream })} />
          {answer.upstream}
        </label>
      )}
      {(catalog.parameters.length === 1 ? catalog.parameters : [])
        .filter(({ values }) => values.length > 2)
        .map(({ name, title }) => (
          <label class="check" key={name}>
            <input
              type="checkbox"
              checked={asked.every === name}
              onChange={() => change({ every: asked.every === name ? undefined : name })}
            />
            {overYears(title)}
          </label>
        ))}
      {isWellKnown && asked.beside === undefined && (
        <details class="compare">
          <summary>{answer.compare}</summary>
          <AreaSearch tables={catalog.tables} label={answer.compare} onPick={(beside) => change({ beside })} />
        </details>
      )}
      {asked.beside !== undefined && (
        <button type="button" class="quiet" onClick={() => change({ beside: undefined })}>
          {answer.stopComparing}
        </button>
      )}
    </div>
  );
}

interface OneProps extends AnswerProps {
  readonly answering: Answering;
  readonly name: string;
  readonly isTitled: boolean;
}

function One({ answering, name, isTitled, asked, colorOf, cancel, first, beside }: OneProps) {
  const { answered, isWaiting, problem, status } = answering;
  const unitTitle = words.unit[asked.unit];
  return (
    <article>
      {isTitled && <h2>{name}</h2>}
      {isWaiting && <Waiting status={status} cancel={cancel} />}
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {answered && !isWaiting && (
        <>
          <p class="summary" role="status">
            {summaryOf(answered.document, asked.unit).join(' ')}
          </p>
          {answered.document.cells > 0 && (
            <>
              <Chart
                document={answered.document}
                unit={asked.unit}
                colorOf={colorOf}
                scale={scaleOf([first, beside], asked.unit)}
              />
              <FiguresTable
                caption={name}
                figures={figuresOf(answered.document, { unit: asked.unit, unitTitle, colorOf })}
              />
            </>
          )}
          <p class="origin">
            {(answered.isFromCache ? words.answer.hit : words.answer.miss)(duration(answered.milliseconds))}
          </p>
        </>
      )}
    </article>
  );
}

/** The largest figure of the charts beside each other, so that they have one scale. */
function scaleOf(answers: readonly (Answering | undefined)[], unit: Unit): number | undefined {
  const documents = answers.flatMap((one) => (one?.answered ? [one.answered.document] : []));
  if (documents.length < 2 || documents.some((document) => kindOf(document) !== 'classes')) return undefined;
  const figures = documents.flatMap((document) =>
    figuresOf(document, { unit, unitTitle: '', colorOf: () => undefined }).rows.map(({ cells }) =>
      Number(cells.at(-1)),
    ),
  );
  return Math.max(...figures);
}

function Sources({ document: { sources = [] } }: { document: LabelledDocument }) {
  return (
    <footer class="sources">
      <h2>{words.answer.sources}</h2>
      <ul>
        {sources.map(({ raster, title, version, date, citation }) => (
          <li key={raster}>
            {[title, version && words.answer.version(version), date, citation].filter(Boolean).join(' · ')}
          </li>
        ))}
      </ul>
    </footer>
  );
}
