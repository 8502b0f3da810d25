import { dirname } from 'node:path';
import {
  type ChoreStatus,
  keptAt,
  type OutcomeCounts,
  openChores,
  openEndedRequests,
  openPresence,
  openRoster,
  openStoreTroubles,
  type Queueing,
  queueStates,
  runningJobs,
} from '@cellshed/jobs';
import { attentionIn } from './attention.ts';
import { type AskedRedis, askRedisServers } from './redis-servers.ts';
import type { OpenSources } from './sources.ts';
import type { ChoreDocument, EndedDocument, RedisDocument, StatusDocument } from './status-document.ts';
import { lookAtStores } from './store-looks.ts';

export interface LookOptions {
  readonly queueing: Pick<Queueing, 'queues' | 'now'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly catalogPath: string;
  readonly sources: Pick<OpenSources, 'look'>;
}

/** Looks at a service: at all that its queues, its stores and its catalog tell. */
export async function lookAtService({ queueing, env, catalogPath, sources }: LookOptions): Promise<StatusDocument> {
  const { queues, now } = queueing;
  const [states, entries, running, chores, kept, ended, troubles, redis, found] = await Promise.all([
    queueStates(queues, openPresence(queues)),
    openRoster(queues, now).list(),
    runningJobs(queues),
    openChores(queues).list('underWay'),
    keptAt(queues),
    openEndedRequests(queues, now).read(),
    openStoreTroubles(queues, now).list(),
    askRedisServers(env),
    sources.look(),
  ]);
  const at = now();
  const secondsSince = (time: number | undefined) => (time === undefined ? null : Math.max(0, (at - time) / 1000));
  const status = {
    at: isoText(at),
    queues: states.map(({ isTaken: taken, isPaused: paused, oldest: { people, background }, ...state }) => ({
      ...{ ...state, taken, paused },
      oldestSeconds: { people: secondsSince(people), background: secondsSince(background) },
    })),
    processes: entries.map(({ kind, name, roles, version, startedAt, threads = null }) => ({
      ...{ kind, name, roles, version, startedAt: isoText(startedAt), threads },
      doing:
        kind === 'gateway'
          ? []
          : running.filter(({ worker }) => worker === name).map(({ kind: of, subject }) => ({ kind: of, subject })),
    })),
    chores: chores.map(choreDocument),
    keptAt: kept === undefined ? null : isoText(kept),
    requests: { hour: endedDocument(ended.hour), day: endedDocument(ended.day) },
    stores: await lookAtStores({ env, base: dirname(catalogPath), redis, troubles }),
    redis: redis.flatMap(redisDocuments),
    sources: found,
  };
  const { at: looked, ...rest } = status;
  return { at: looked, attention: attentionIn(status), ...rest };
}

function isoText(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function choreDocument({ id, kind, state, by, askedAt, progress, problem }: ChoreStatus): ChoreDocument {
  const { done = 0, planned = null, unit = null } = progress ?? {};
  return { id, kind, state, by, askedAt: isoText(askedAt), done, planned, unit, problem: problem ?? null };
}

/** Counts hits: requests that ended with an answer for which nothing was computed. */
function endedDocument(outcomes: OutcomeCounts): EndedDocument {
  const sum = (names: readonly string[]) => names.reduce((all, name) => all + (outcomes[name] ?? 0), 0);
  const answered = sum(['hit', 'stale', 'miss']);
  return { outcomes, hitRate: answered === 0 ? null : sum(['hit', 'stale']) / answered };
}

/** A document for each server: a cluster has several. */
function redisDocuments({ settings, place, asked }: AskedRedis): RedisDocument[] {
  if ('problem' in asked) return [{ settings, place, problem: asked.problem }];
  return asked.facts.map(({ version, evictionPolicy, usedMemoryBytes, maxMemoryBytes, evictedKeys }) => ({
    ...{ settings, place, version, policy: evictionPolicy, usedBytes: usedMemoryBytes },
    ...{ limitBytes: maxMemoryBytes, evicted: evictedKeys },
  }));
}
