import { useState } from 'preact/hooks';
import { base, client, type StatusDocument, type TableFormat } from '../api.ts';
import type { Answered, Question } from '../ask/answering.ts';
import { type Problem, problemOf } from '../ask/problem.ts';
import { words } from '../words.ts';
import { ProblemNote } from './problem-note.tsx';
import { programsFor } from './programs.ts';
import { save, saveChart } from './save-chart.ts';

const formats = [
  ['csv', 'CSV'],
  ['parquet', 'Parquet'],
  ['geojson', 'GeoJSON'],
  ['labelled', 'JSON'],
] as const;

interface TakeAwayProps {
  readonly answered: Answered;
  readonly question: Question;
  readonly isLinkWhole: boolean;
  readonly print: () => void;
  readonly retry: () => void;
}

/** The ways to take an answer along: files, a link, a frame, a print, a program. */
export function TakeAway({ answered, question, isLinkWhole, print, retry }: TakeAwayProps) {
  const { take } = words;
  const [problem, setProblem] = useState<Problem>();
  /** Saves what a job still has; a problem is said where nothing is kept any more. */
  const saveOfJob = async (job: StatusDocument, format: TableFormat, name: string) => {
    try {
      save(await (await client.table(job, format)).blob(), name);
      setProblem(undefined);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const [copied, setCopied] = useState<string>();
  const copy = (what: string, text: string) =>
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(what);
    });
  const frame = `<iframe src="${location.href}" width="100%" height="640" title="${words.title}"></iframe>`;
  return (
    <section class="take" aria-label={take.heading}>
      <h2>{take.heading}</h2>
      <p class="row">
        {formats.map(([format, title]) => (
          <a
            key={format}
            href={withFormat(answered.url, format)}
            download={fileName(answered, format)}
            onClick={(event) => {
              if (!answered.job) return;
              event.preventDefault();
              void saveOfJob(answered.job, format, fileName(answered, format));
            }}
          >
            {title}
          </a>
        ))}
        <button type="button" class="quiet" onClick={() => void saveChart('svg')}>
          {take.svg}
        </button>
        <button type="button" class="quiet" onClick={() => void saveChart('png')}>
          {take.png}
        </button>
      </p>
      {problem && <ProblemNote {...{ problem, retry }} />}
      <p class="row">
        {isLinkWhole && (
          <>
            <button type="button" class="quiet" onClick={() => copy('link', location.href)}>
              {copied === 'link' ? take.copied : take.link}
            </button>
            <button type="button" class="quiet" onClick={() => copy('frame', frame)}>
              {copied === 'frame' ? take.copied : take.frame}
            </button>
          </>
        )}
        <button type="button" class="quiet" onClick={print}>
          {take.print}
        </button>
      </p>
      <details>
        <summary>{take.code}</summary>
        {programsFor(question, base).map(([language, text]) => (
          <figure key={language}>
            <figcaption>{language}</figcaption>
            <pre tabIndex={0}>{text}</pre>
          </figure>
        ))}
      </details>
    </section>
  );
}

function fileName({ document: { operation } }: Answered, format: string): string {
  return `${operation}.${format === 'labelled' ? 'json' : format}`;
}

function withFormat(url: string, format: string): string {
  const own = new URL(url);
  own.searchParams.set('f', format);
  return own.href;
}
