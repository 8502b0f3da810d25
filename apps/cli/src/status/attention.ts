import { jobs, type QueueName, untakenText } from '@cellshed/jobs';
import { countText, durationText } from '../text/figures.ts';
import type { StatusDocument } from './status-document.ts';

/** The longest that a job of people waits where all is well, in seconds. */
const mostPeopleSeconds = 60;
/** The longest time between two looks of the keeper, in seconds. */
const mostKeptSeconds = 60;
/** The part of a memory or a disk above which it is nearly full. */
const nearlyFull = 0.9;

/** Sentences about all that needs attention, the worst first. None: the service is well. */
export function attentionIn(status: Omit<StatusDocument, 'attention'>): string[] {
  return [
    ...aboutQueues(status),
    ...aboutProcesses(status),
    ...status.chores.flatMap(({ id, kind, state }) =>
      state === 'lost' ? [`the ${kind} chore ${id} has no job any more: resume or cancel it`] : [],
    ),
    ...aboutRedis(status),
    ...aboutStores(status),
    ...status.sources.flatMap(({ kind, name, problem }) =>
      problem === null ? [] : [`${kind === 'table' ? 'area table' : kind} ${name} cannot be used: ${problem}`],
    ),
  ];
}

function aboutQueues({ queues }: Pick<StatusDocument, 'queues'>): string[] {
  const untaken = queues.filter(({ taken }) => !taken).map(({ queue }) => queue as QueueName);
  return [
    ...(untaken.length > 0
      ? [`${untakenText(untaken)}; start one with \`catchment worker --roles ${rolesOf(untaken).join(',')}\``]
      : []),
    ...queues.filter(({ paused }) => paused).map(({ queue }) => `the queue ${queue} is paused`),
    ...queues.flatMap(({ queue, oldestSeconds: { people } }) =>
      people !== null && people > mostPeopleSeconds
        ? [`a ${queue} job that somebody waits for has waited for ${durationText(1000 * Math.round(people))}`]
        : [],
    ),
  ];
}

/** The roles of workers that take the jobs of queues. */
function rolesOf(queues: readonly QueueName[]): string[] {
  return [...new Set(Object.values(jobs).flatMap(({ queue, role }) => (queues.includes(queue) ? [role] : [])))];
}

function aboutProcesses({ at, processes, keptAt }: Pick<StatusDocument, 'at' | 'processes' | 'keptAt'>): string[] {
  const versions = [...new Set(processes.map(({ version }) => version))].sort();
  const hasWorker = processes.some(({ kind }) => kind === 'worker');
  const kept = keptAt === null ? Number.NEGATIVE_INFINITY : Date.parse(keptAt);
  const started = Math.min(...processes.map(({ startedAt }) => Date.parse(startedAt)));
  // One that has just started has not had its turn yet.
  const isUnkept = hasWorker && Date.parse(at) - Math.max(kept, started) > 1000 * mostKeptSeconds;
  return [
    ...(processes.some(({ kind }) => kind === 'gateway') ? [] : ['no gateway lives']),
    ...(versions.length > 1 ? [`processes have different versions: ${versions.join(', ')}`] : []),
    ...(isUnkept ? ['no worker puts the queues in order: old jobs are not removed, lost ones do not end'] : []),
  ];
}

function aboutRedis({ redis }: Pick<StatusDocument, 'redis'>): string[] {
  return redis.flatMap(({ settings, place, problem, policy, usedBytes = 0, limitBytes = null }) => {
    const who = `the Redis at ${place} (${settings.join(', ')})`;
    if (problem !== undefined) return [`${who} ${problem}`];
    const isOfQueues = settings.includes('QUEUE_REDIS_URL');
    const mayEvict = isOfQueues && policy !== 'noeviction' && policy !== 'unknown';
    // One that evicts is full as a rule.
    const isFull = limitBytes !== null && usedBytes > nearlyFull * limitBytes && policy === 'noeviction';
    return [
      ...(mayEvict ? [`${who} may evict jobs: its maxmemory-policy is ${policy}, expected noeviction`] : []),
      ...(isFull ? [`${who} uses ${percent(usedBytes, limitBytes)} of its maxmemory`] : []),
    ];
  });
}

function aboutStores({ stores }: Pick<StatusDocument, 'stores'>): string[] {
  return stores.flatMap(({ settings, place, problem, usedBytes, limitBytes, troubles }) => {
    const isDisk = place.startsWith('file:') && usedBytes !== null && limitBytes !== null;
    // A Redis says its own problem, which is listed already.
    const ownProblem = problem !== null && !/^rediss?/.test(place);
    return [
      ...(ownProblem ? [`the store ${place} (${settings.join(', ')}) does not answer: ${problem}`] : []),
      ...(isDisk && usedBytes > nearlyFull * limitBytes
        ? [`the disk of ${place} is ${percent(usedBytes, limitBytes)} full`]
        : []),
      ...troubles.map(
        ({ worker, state, failures, since, problem: said }) =>
          `worker ${worker} has trouble with ${place}, which ${state}: ${said} (${countText(failures, 'failure')} since ${since})`,
      ),
    ];
  });
}

function percent(part: number, whole: number): string {
  return `${Math.floor((100 * part) / whole)}%`;
}
