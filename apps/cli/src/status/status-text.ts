import prettyBytes from 'pretty-bytes';
import { countText, durationText, minuteText } from '../text/figures.ts';
import { styled } from '../text/styled.ts';
import { textColumns } from '../text/text-columns.ts';
import { wrapped } from '../text/wrapped.ts';
import type {
  ChoreDocument,
  EndedDocument,
  ProcessDocument,
  RedisDocument,
  StatusDocument,
} from './status-document.ts';

/** The state of a service for people: what needs attention first, in lines of such a width. */
export function statusText(status: StatusDocument, width: number): string {
  const { at, attention, queues, processes, chores, requests, stores, redis, sources } = status;
  const verdict = attention.length === 0 ? 'The service is well' : `${countText(attention.length, 'thing')} to look at`;
  const sections: (readonly [head: string, lines: readonly string[]])[] = [
    [`${verdict}, at ${minuteText(at)} UTC`, attention.flatMap((one) => bulleted(one, width))],
    ['Requests', requestLines(requests, width)],
    ['Queues', queueLines(queues, width)],
    ['Processes', processes.flatMap((one) => processLines(one, at, width))],
    ...(chores.length > 0 ? [['Chores', chores.flatMap((one) => choreLines(one, width))] as const] : []),
    ['Stores', stores.flatMap((one) => storeLines(one, width))],
    ['Redis', redis.flatMap((one) => wrapped(redisText(one), width, '  ').map(outdented))],
    ['Catalog', sources.flatMap((one) => sourceLines(one, width))],
  ];
  return sections
    .map(([head, lines], i) => {
      const style = i === 0 && attention.length > 0 ? 'problem' : 'head';
      return [styled(style, head), ...(lines.length > 0 || i === 0 ? lines : ['none'])].join('\n');
    })
    .join('\n\n');
}

const queueHead = ['queue', 'running', 'waiting', 'people', 'nobody', 'later', 'failed'];
const queueNote =
  'people, nobody: the age of the oldest job that waits, by who waits for it; later: jobs that wait for others, or for a time';

function queueLines(queues: StatusDocument['queues'], width: number): string[] {
  const rows = queues.map(({ queue, running, waiting, delayed, parked, failed, oldestSeconds }) => [
    ...[queue, figure(running), figure(waiting)],
    ...[oldestSeconds.people, oldestSeconds.background].map(ageText),
    ...[figure(delayed + parked), figure(failed)],
  ]);
  return [...textColumns([queueHead, ...rows], { names: 1, width }), ...wrapped(queueNote, width, '  ').map(outdented)];
}

function ageText(seconds: number | null): string {
  return seconds === null ? '-' : durationText(1000 * Math.round(seconds));
}

function requestLines({ hour, day }: StatusDocument['requests'], width: number): string[] {
  const names = [...new Set([...Object.keys(day.outcomes), ...Object.keys(hour.outcomes)])].sort();
  const line = (when: string, { outcomes, hitRate }: EndedDocument) => {
    const parts = names.filter((name) => outcomes[name]).map((name) => `${figure(outcomes[name] as number)} ${name}`);
    const rate = hitRate === null ? 'no answers' : `${Math.floor(100 * hitRate)}% of answers were cached`;
    return `${when}: ${rate}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
  };
  return [line('last hour', hour), line('last 24 h', day)].flatMap((text) => wrapped(text, width, '  ').map(outdented));
}

function processLines(
  { kind, name, roles, version, startedAt, threads, doing }: ProcessDocument,
  at: string,
  width: number,
): string[] {
  const age = durationText(Math.max(0, 1000 * Math.round((Date.parse(at) - Date.parse(startedAt)) / 1000)));
  const counts = threads === null ? '' : `, ${countText(threads, 'thread')}`;
  const takes = kind === 'worker' ? ` takes ${roles.join(', ')}${counts};` : '';
  const jobs = kind === 'worker' ? `, ${doing.length === 0 ? 'idle' : countText(doing.length, 'job')}` : '';
  const first = wrapped(`${kind} ${name}${takes} version ${version}, up ${age}${jobs}`, width, '  ').map(outdented);
  const kinds = Map.groupBy(doing, (job) => `${job.kind} ${job.subject}`);
  const shown = [...kinds]
    .slice(0, mostShown)
    .map(([text, all]) => (all.length > 1 ? `${text} × ${all.length}` : text));
  const more = kinds.size > mostShown ? [`and ${countText(kinds.size - mostShown, 'other')}`] : [];
  return [...first, ...[...shown, ...more].flatMap((text) => wrapped(text, width, '    '))];
}

function choreLines({ id, kind, state, by, done, planned, unit, problem }: ChoreDocument, width: number): string[] {
  const of = planned === null ? '' : ` of ${figure(planned)}`;
  const progress = unit === null ? '' : `, ${figure(done)}${of} ${unit}`;
  const why = problem === null ? '' : ` (${problem})`;
  return wrapped(`${kind} ${id}: ${state}${why}${progress}; asked for by ${by}`, width, '  ').map(outdented);
}

/** The jobs of one process that are shown. */
const mostShown = 5;

function storeLines(
  { settings, place, problem, usedBytes, limitBytes, troubles }: StatusDocument['stores'][number],
  width: number,
) {
  const isDisk = place.startsWith('file:');
  const room =
    usedBytes === null
      ? ''
      : isDisk && limitBytes !== null
        ? `, ${prettyBytes(limitBytes - usedBytes)} free of ${prettyBytes(limitBytes)}`
        : `, uses ${usedText(usedBytes, limitBytes)}`;
  const state = problem !== null ? 'does not answer' : (troubles[0]?.state ?? 'well');
  return wrapped(`${settings.join(', ')} ${place}: ${state}${room}`, width, '  ').map(outdented);
}

function redisText({
  settings,
  place,
  problem,
  version,
  policy,
  usedBytes = 0,
  limitBytes,
  evicted = 0,
}: RedisDocument): string {
  const who = `${settings.join(', ')} ${place}:`;
  if (problem !== undefined) return `${who} ${problem}`;
  return `${who} Redis ${version}, ${policy}, uses ${usedText(usedBytes, limitBytes ?? null)}, ${figure(evicted)} evicted`;
}

function usedText(used: number, limit: number | null): string {
  return limit === null ? `${prettyBytes(used)} (no limit)` : `${prettyBytes(used)} of ${prettyBytes(limit)}`;
}

function sourceLines({ kind, name, version, problem }: StatusDocument['sources'][number], width: number): string[] {
  const text = problem === null ? `version ${version}` : 'cannot be used';
  return wrapped(`${kind} ${name}: ${text}`, width, '  ').map(outdented);
}

function bulleted(text: string, width: number): string[] {
  return wrapped(text, width, '  ').map((line, i) => (i === 0 ? `- ${line.slice(2)}` : line));
}

/** The first of some indented lines begins at the edge. */
function outdented(line: string, i: number): string {
  return i === 0 ? line.trimStart() : line;
}

function figure(count: number): string {
  return count.toLocaleString('en');
}
