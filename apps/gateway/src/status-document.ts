import type { StatusDocument } from '@catchment/client';
import type { RequestStatus, WorkerRole } from '@catchment/jobs';
import { link, ogcRel } from './links.ts';

interface Reading {
  /** Of this gateway, as the client sees it. */
  readonly base: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Of which workers none has taken the request's next job. */
  readonly waitsFor?: WorkerRole | undefined;
}

/** Writes a request's status as clients read it. */
export function statusDocument(status: RequestStatus, { base, now, waitsFor }: Reading): StatusDocument {
  const { id, operation, state, problem, cache, tiles, createdAt, startedAt, finishedAt } = status;
  return {
    jobID: id,
    processID: operation,
    type: 'process',
    status: state,
    ...(problem !== undefined && { message: problem }),
    created: iso(createdAt),
    ...(startedAt !== undefined && { started: iso(startedAt) }),
    ...(finishedAt !== undefined && { finished: iso(finishedAt) }),
    updated: iso(finishedAt ?? now),
    progress: percent(status),
    ...(cache && { cache }),
    ...(tiles && { tiles }),
    ...(waitsFor && { waitsFor }),
    links: links(`${base}/api/jobs`, status),
  };
}

function percent({ state, tiles }: RequestStatus): number {
  if (state === 'successful') return 100;
  return tiles && tiles.planned > 0 ? Math.min(99, Math.floor((100 * tiles.done) / tiles.planned)) : 0;
}

function links(jobs: string, { id, state }: RequestStatus): StatusDocument['links'] {
  const self = link(`${jobs}/${id}`, 'self', 'This document');
  if (state === 'successful') return [self, link(`${jobs}/${id}/results`, ogcRel('results'), 'Results')];
  return state === 'dismissed' ? [self, link(jobs, 'up', 'The jobs')] : [self];
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
