import type { CacheSurvey } from '@cellshed/operations';
import prettyBytes from 'pretty-bytes';
import { countText } from '../text/figures.ts';
import { textColumns } from '../text/text-columns.ts';
import { wrapped } from '../text/wrapped.ts';

/** A survey of a cache for people: a line for each table and operation, then all that is wrong. */
export function surveyText(
  { total, groups, servers, problems = [], troubles = [] }: CacheSurvey,
  width: number,
): string {
  const wide = width >= 80;
  const head = ['table', 'operation', 'results', 'size', ...(wide ? ['oldest', 'newest'] : [])];
  const row = (table: string, operation: string, figures: CacheSurvey['total']) => [
    ...[table, operation, figures.entries.toLocaleString('en'), prettyBytes(figures.valueBytes)],
    ...(wide ? [dayText(figures.oldest), dayText(figures.newest)] : []),
  ];
  const rows = groups.map((group) => row(group.table ?? '(drawn)', group.operation, group));
  const table = textColumns([head, ...rows, row('all', '', total)], { names: 2, width });
  const remarks = [
    [total.stale, 'stale: no longer fresh, still served'],
    [total.expired, 'expired: no longer served'],
    [total.otherSchema, 'of another schema version: not served'],
    [total.unreadable, 'unreadable: not served'],
    [
      total.superseded ?? 0,
      `superseded (${prettyBytes(total.supersededBytes ?? 0)}): what they were computed from was replaced; \`catchment invalidate --superseded\` removes them`,
    ],
    [total.unlisted ?? 0, 'of operations, tables or rasters that the catalog does not have'],
  ] as const;
  const said = [
    ...remarks.filter(([count]) => count > 0).map(([count, text]) => `${countText(count, 'result')} ${text}`),
    ...problems.map((problem) => `not known which results were superseded: ${problem}`),
    ...troubles.map(troubleText),
  ].flatMap((sentence) => wrapped(sentence, width));
  return [
    ...table,
    ...(said.length > 0 ? ['', ...said] : []),
    ...servers.flatMap((server) => ['', ...serverLines(server).flatMap((line) => wrapped(line, width))]),
  ].join('\n');
}

function troubleText({ worker, place, state, since, failures, problem }: Trouble): string {
  const figures = `${countText(failures, 'failure')} since ${since}`;
  return `worker ${worker} has trouble with ${place}, which ${state}: ${problem} (${figures})`;
}

type Trouble = NonNullable<CacheSurvey['troubles']>[number];

function serverLines({ place, figures }: CacheSurvey['servers'][number]): string[] {
  if ('problem' in figures) return [`${place} ${figures.problem}`];
  const { usedMemoryBytes, maxMemoryBytes, evictionPolicy, evictedKeys, hits, misses } = figures;
  const limit = maxMemoryBytes === null ? ', no limit' : ` of ${prettyBytes(maxMemoryBytes)}`;
  const share = hits + misses > 0 ? ` (${Math.floor((100 * hits) / (hits + misses))}%)` : '';
  const whole = (number: number) => number.toLocaleString('en');
  return [
    `${place} uses ${prettyBytes(usedMemoryBytes)}${limit}; ${evictionPolicy}`,
    `since it started: ${whole(evictedKeys)} evicted, ${whole(hits)} of ${whole(hits + misses)} reads hit${share}`,
  ];
}

function dayText(iso: string | null): string {
  return iso?.slice(0, 10) ?? '-';
}
