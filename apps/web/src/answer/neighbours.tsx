import { useEffect, useState } from 'preact/hooks';
import type { Question } from '../ask/answering.ts';
import type { KnownArea } from '../ask/use-area.ts';
import { useNeighbours } from '../ask/use-neighbours.ts';
import { words } from '../words.ts';
import { useWidth } from './chart.tsx';
import type { LabelledDocument } from './document.ts';
import { figure } from './numbers.ts';
import { ProblemNote } from './problem-note.tsx';
import { type Measure, measuresOf, type Placed, placed, rankOf } from './rank.ts';

interface NeighboursProps {
  readonly area: KnownArea;
  readonly question: Question;
  readonly document: LabelledDocument;
  readonly tableTitle: string;
  readonly pick: (area: string) => void;
}

/** An area among those that lie in the same larger one: its rank by a figure, as far as is known. */
export function Neighbours({ area, question, document, tableTitle, pick }: NeighboursProps) {
  const { neighbours, count, counting, problem, most } = useNeighbours(area, question, document);
  const [label, setLabel] = useState<string>();
  if (!neighbours || neighbours.areas.length < 2) return null;
  const measures = measuresOf(document, neighbours.properties);
  const measure = measures.find((one) => one.label === label) ?? measures[0];
  if (!measure) return null;
  const { rank: said } = words;
  const all = placed(neighbours.areas, measure);
  const known = all.filter((one) => one.figure !== undefined);
  const rank = rankOf(area.area, all);
  const unknown = neighbours.missing.length;
  const place = neighbours.larger?.name;
  return (
    <section class="neighbours" aria-label={said.heading}>
      <h2>{said.heading}</h2>
      {known.length > 1 && (
        <p>
          {said.by}{' '}
          <select
            class="word"
            aria-label={said.measure}
            value={measure.label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          >
            {measures.map((one) => (
              <option key={one.label}>{one.label}</option>
            ))}
          </select>
          {rank === undefined
            ? said.unknown
            : said.place(rank, { known: known.length, all: all.length, table: tableTitle, larger: place })}
        </p>
      )}
      {known.length > 1 && <Strip {...{ known, measure, pick }} own={area.area} />}
      {unknown > 0 && !counting && !problem && (
        <p class="screen">
          {known.length > 1
            ? said.missing(unknown, all.length)
            : said.alone(all.length - 1, { table: tableTitle, larger: place })}{' '}
          <button type="button" class="quiet inline" onClick={() => void count()}>
            {said.count(Math.min(unknown, most), unknown)}
          </button>
        </p>
      )}
      {counting && (
        <p class="row" role="status">
          {counting.planned > 0 ? words.waiting.counting(counting.done, counting.planned) : words.waiting.computing}
          <button type="button" class="quiet inline" onClick={counting.cancel}>
            {words.waiting.cancel}
          </button>
        </p>
      )}
      {problem && <ProblemNote problem={problem} retry={() => void count()} />}
      {known.length > 1 && (
        <details>
          <summary>{said.list(known.length)}</summary>
          <ol class="ranking">
            {known.map((one) => (
              <li key={one.area} value={rankOf(one.area, known)} aria-current={one.area === area.area || undefined}>
                <button type="button" class="quiet inline" onClick={() => pick(one.area)}>
                  {one.name}
                </button>{' '}
                {shown(one, measure)}
              </li>
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}

function shown({ figure: value }: Placed, { units }: Measure): string {
  return `${figure(value ?? 0)}${units === undefined ? '' : `\u00a0${units === 'percent' ? '%' : units}`}`;
}

interface StripProps {
  readonly known: readonly Placed[];
  readonly measure: Measure;
  readonly own: string;
  readonly pick: (area: string) => void;
}

/** A dot for each area along the figure. The list beside it is the same for keyboards. */
function Strip({ known, measure, own, pick }: StripProps) {
  const [ref, width] = useWidth();
  const key = JSON.stringify([known, measure, own]);
  useEffect(() => {
    if (width === 0) return;
    let isWanted = true;
    void import('./strip-plot.ts').then(({ stripOf }) => {
      const rows = known.map((one) => {
        return {
          ...one,
          figure: one.figure ?? 0,
          isOwn: one.area === own,
          text: `${one.name}: ${shown(one, measure)}`,
        };
      });
      if (isWanted)
        ref.current?.replaceChildren(
          stripOf(rows, {
            width,
            title: [measure.label, measure.units === 'percent' ? '%' : measure.units].filter(Boolean).join(', '),
            pick,
          }),
        );
    });
    return () => {
      isWanted = false;
    };
  }, [key, width, pick]);
  return <div class="strip" ref={ref} aria-hidden="true" />;
}
