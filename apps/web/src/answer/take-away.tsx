import { useState } from 'preact/hooks';
import type { Unit } from '../asked.ts';
import { linkWithView } from '../map/map-picture.ts';
import { words } from '../words.ts';
import { Copy } from './copy.tsx';
import { csvOf } from './csv.ts';
import { figuresOf } from './figures.ts';
import { ForPrograms } from './for-programs.tsx';
import type { Printer } from './report.tsx';
import { save, saveChart } from './save-chart.ts';
import type { ShownAnswer } from './shown-answer.ts';

interface TakeAwayProps {
  readonly answers: readonly ShownAnswer[];
  /** The question in words. */
  readonly title: string;
  readonly unit: Unit;
  readonly isLinkWhole: boolean;
  readonly printer: { readonly current: Printer | null };
  readonly retry: () => void;
}

/** The ways to take along what is on the page: files, a link, a frame, a print, a program. */
export function TakeAway({ answers, title, unit, isLinkWhole, printer, retry }: TakeAwayProps) {
  const { take } = words;
  const [hasChart, setChart] = useState(true);
  const name = fileName(title);
  const saveTable = () => {
    const options = { unit, unitTitle: unit, fillOf: () => undefined };
    const tables = answers.map((one) => ({ name: one.name, figures: figuresOf(one.document, options) }));
    save(new Blob([csvOf(tables, take.area)], { type: 'text/csv' }), `${name}.csv`);
  };
  const saveCharts = async (format: 'svg' | 'png') => setChart(await saveChart(format, { title, name }));
  const frame = () => `<iframe src="${linkWithView()}" width="100%" height="640" title="${words.title}"></iframe>`;
  return (
    <section class="take" aria-label={take.heading}>
      <h2>{take.heading}</h2>
      <p class="row">
        <button type="button" class="quiet" onClick={saveTable}>
          {take.csv}
        </button>
        <button type="button" class="quiet" onClick={() => void saveCharts('png')}>
          {take.png}
        </button>
        <button type="button" class="quiet" onClick={() => void saveCharts('svg')}>
          {take.svg}
        </button>
        <button type="button" class="quiet" onClick={() => void printer.current?.print()}>
          {take.print}
        </button>
      </p>
      {isLinkWhole && (
        <p class="row">
          <Copy title={take.link} text={linkWithView} />
          <Copy title={take.frame} text={frame} />
        </p>
      )}
      {!hasChart && <p class="hint">{take.noChart}</p>}
      <ForPrograms {...{ answers, retry }} />
    </section>
  );
}

/** A title as the name of a file. */
function fileName(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 100);
}
