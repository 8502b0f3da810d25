import type { Coverage } from '@cellshed/contracts';
import { ProblemNote } from '../answer/problem-note.tsx';
import { type Asked, cornersOf, mostCorners } from '../asked.ts';
import { crossingOf } from '../map/outline.ts';
import { choicesFor, dateOf } from '../operations.ts';
import { words } from '../words.ts';
import { AreaSearch } from './area-search.tsx';
import { Choice } from './choice.tsx';
import { CoveragePicture } from './coverage-picture.tsx';
import { OwnArea, type OwnAreaProps } from './own-area.tsx';
import { ParameterChoices } from './parameter-choices.tsx';
import type { Catalog } from './use-catalog.ts';
import type { AreaNames } from './use-names.ts';

interface SentenceProps extends OwnAreaProps {
  readonly change: (part: Partial<Asked>) => void;
  readonly catalog: Catalog;
  readonly names: AreaNames;
  /** The words of a link that ask for what cannot be had. */
  readonly unread: readonly string[];
  /** Takes an area that is found. */
  readonly pick: (area: string) => void;
}

const coverages: readonly Coverage[] = ['centre', 'touched', 'fraction'];

/** The question as a sentence, whose underlined words are the controls. */
export function Sentence(props: SentenceProps) {
  const { asked, change, catalog, names, unread, pick } = props;
  const { operations, operation, parameters, tables, mapped } = catalog;
  const { sentence, find } = words;
  const date = operation && dateOf(operation);
  const isComparing = asked.beside === '';
  const hasArea = names.first !== undefined;
  const corners = asked.drawn && cornersOf(asked.drawn);
  return (
    <section class="ask" aria-label={words.operation}>
      <p class="sentence">
        {operations.length > 0 && (
          <Choice
            label={words.operation}
            value={operation?.id ?? asked.operation ?? ''}
            options={operations.map(({ id, title }) => [id, title])}
            onChange={(value) => change({ operation: value, choices: {}, every: undefined })}
          />
        )}
        {parameters.length === 0 && date !== undefined && ` ${sentence.of} ${date}`}
        {hasArea && (
          <>
            {` ${sentence.in} `}
            <strong class="place">{names.first}</strong>
            {asked.upstream && `, ${sentence.upstream}`}
            {names.beside !== undefined && (
              <>
                {` ${sentence.and} `}
                <strong class="place">{names.beside}</strong>
              </>
            )}
            {isComparing && ` ${sentence.andWhere}`}
          </>
        )}
        <ParameterChoices
          {...{ parameters, mapped }}
          values={choicesFor(parameters, asked)}
          choose={(choice) => change({ choices: { ...asked.choices, ...choice } })}
        />
      </p>
      {hasArea && (
        <p class="rule">
          {words.coverage.begin}{' '}
          <Choice
            label={words.coverage.label}
            value={asked.coverage}
            options={coverages.map((one) => [one, words.coverage.rules[one as 'centre']])}
            pictureOf={(one) => <CoveragePicture rule={one as Coverage} />}
            onChange={(value) => change({ coverage: value as Coverage })}
          />
        </p>
      )}
      {corners && corners.length <= mostCorners && crossingOf(corners) && <p class="hint">{words.draw.crosses}</p>}
      {unread.length > 0 && (
        <p class="problem" role="alert">
          {words.problem.unread(unread)}
        </p>
      )}
      {!hasArea && <p class="hint">{find.hint}</p>}
      {isComparing && <p class="hint">{words.answer.compareHint}</p>}
      <AreaSearch
        key={String(isComparing)}
        tables={tables}
        label={isComparing ? words.answer.compare : hasArea ? find.change : find.label}
        placeholder={isComparing ? find.second : hasArea ? find.other : find.placeholder}
        without={asked.area}
        isWanted={isComparing}
        onPick={pick}
      />
      <OwnArea {...props} />
      {catalog.problem && <ProblemNote problem={catalog.problem} retry={() => location.reload()} />}
    </section>
  );
}
