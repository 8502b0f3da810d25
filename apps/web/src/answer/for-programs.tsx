import { useState } from 'preact/hooks';
import { base, client, type TableFormat } from '../api.ts';
import type { Answered } from '../ask/answering.ts';
import { type Problem, problemOf } from '../ask/problem.ts';
import { words } from '../words.ts';
import { Copy } from './copy.tsx';
import { ProblemNote } from './problem-note.tsx';
import { programsFor } from './programs.ts';
import { save } from './save-chart.ts';
import type { ShownAnswer } from './shown-answer.ts';

const formats = [
  ['geojson', 'GeoJSON'],
  ['parquet', 'Parquet'],
  ['csv', 'CSV'],
  ['labelled', 'JSON'],
] as const;

interface ForProgramsProps {
  readonly answers: readonly ShownAnswer[];
  readonly retry: () => void;
}

/** The documents of the service for each answer, and the question for programs. */
export function ForPrograms({ answers, retry }: ForProgramsProps) {
  const { take } = words;
  const [problem, setProblem] = useState<Problem>();
  /** Saves what a job still has; a problem is said where nothing is kept any more. */
  const saveOfJob = async ({ job, ...answered }: Answered, format: TableFormat) => {
    if (!job) return;
    try {
      save(await (await client.table(job, format)).blob(), fileName(answered, format));
      setProblem(undefined);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <details>
      <summary>{take.programs}</summary>
      {answers.map(({ name, answered, question }, index) => (
        <div key={index}>
          {answers.length > 1 && <h3>{name}</h3>}
          <p class="row">
            {formats.map(([format, title]) => (
              <a
                key={format}
                href={withFormat(answered.url, format)}
                download={fileName(answered, format)}
                onClick={(event) => {
                  if (!answered.job) return;
                  event.preventDefault();
                  void saveOfJob(answered, format);
                }}
              >
                {title}
              </a>
            ))}
          </p>
          {programsFor(question, base).map(([language, text]) => (
            <figure key={language}>
              <figcaption>
                {language} <Copy title={take.copy} text={() => text} />
              </figcaption>
              <pre tabIndex={0}>{text}</pre>
            </figure>
          ))}
        </div>
      ))}
      {problem && <ProblemNote {...{ problem, retry }} />}
    </details>
  );
}

function fileName({ document: { operation } }: Pick<Answered, 'document'>, format: string): string {
  return `${operation}.${format === 'labelled' ? 'json' : format}`;
}

function withFormat(url: string, format: string): string {
  const own = new URL(url);
  own.searchParams.set('f', format);
  return own.href;
}
