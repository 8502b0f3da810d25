import type { Coverage } from '@cellshed/contracts';
import type { ComponentChildren } from 'preact';
import { ProblemNote } from '../answer/problem-note.tsx';
import type { Asked } from '../asked.ts';
import { choicesFor } from '../operations.ts';
import { words } from '../words.ts';
import { AreaSearch } from './area-search.tsx';
import { CoveragePicture } from './coverage-picture.tsx';
import { Further } from './further.tsx';
import { OwnArea, type OwnAreaProps } from './own-area.tsx';
import { useArea } from './use-area.ts';
import type { Catalog } from './use-catalog.ts';

interface SentenceProps extends OwnAreaProps {
  readonly change: (part: Partial<Asked>) => void;
  readonly catalog: Catalog;
}

const coverages: readonly Coverage[] = ['centre', 'touched', 'fraction'];

/** The question as a sentence, whose underlined words are the controls. */
export function Sentence(props: SentenceProps) {
  const { asked, change, catalog } = props;
  const { operations, operation, parameters, tables } = catalog;
  const area = useArea(asked.area);
  const choices = choicesFor(parameters, asked);
  const name = asked.drawn ? (asked.drawn.name ?? words.draw.name) : (area?.name ?? asked.area);
  const { sentence } = words;
  return (
    <section class="ask" aria-label={words.operation}>
      <p class="sentence">
        <Choice
          label={words.operation}
          value={operation?.id ?? asked.operation ?? ''}
          options={operations.map(({ id, title }) => [id, title])}
          onChange={(value) => change({ operation: value, choices: {}, every: undefined })}
        />
        {name !== undefined && (
          <>
            {` ${sentence.in} `}
            <strong class="place">{name}</strong>
            {asked.upstream && ` ${sentence.upstream}`}
          </>
        )}
        {parameters.map(({ name: parameter, title, values }) => (
          <span key={parameter}>
            , {title.toLowerCase()}{' '}
            <Choice
              label={title}
              value={choices[parameter] ?? ''}
              options={values.map((value) => [value, value])}
              onChange={(value) => change({ choices: { ...choices, [parameter]: value } })}
            />
          </span>
        ))}
        , {sentence.by}{' '}
        <Choice
          label={words.coverage.label}
          value={asked.coverage}
          options={coverages.map((one) => [one, words.coverage[one as 'centre']])}
          pictureOf={(one) => <CoveragePicture rule={one as Coverage} />}
          onChange={(value) => change({ coverage: value as Coverage })}
        />
      </p>
      {name !== undefined && <Further {...{ asked, change, catalog }} />}
      <AreaSearch
        tables={tables}
        label={name === undefined ? words.find.label : words.find.change}
        onPick={(picked) => change({ area: picked, drawn: undefined })}
      />
      <OwnArea {...props} />
      {name === undefined && <p class="hint">{words.find.hint}</p>}
      {catalog.problem && <ProblemNote problem={catalog.problem} retry={() => location.reload()} />}
    </section>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
  /** A picture beside each option, where the browser can show one, and beside the word. */
  readonly pictureOf?: (value: string) => ComponentChildren;
}

/** A word of the sentence that opens a list. */
function Choice({ label, value, options, onChange, pictureOf }: ChoiceProps) {
  return (
    <>
      <select class="word" aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {pictureOf?.(one)}
            {text}
          </option>
        ))}
      </select>
      {pictureOf?.(value)}
    </>
  );
}
