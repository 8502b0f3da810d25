import { hash } from 'node:crypto';
import type { StatusDocument } from '@cellshed/client';
import { type RequestStatus, type Untaken, waitText } from '@cellshed/jobs';
import { link, ogcRel } from '../http/links.ts';

interface Reading {
  /** The base URL of this gateway, as the client sees it. */
  readonly base: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Why the request's next job is not done. */
  readonly waitsFor?: Untaken | undefined;
}

/** Writes a request's status as clients read it. */
export function statusDocument(status: RequestStatus, { base, now, waitsFor }: Reading): StatusDocument {
  const message = status.problem ?? (waitsFor && waitText(waitsFor));
  const { id, operation, state, cache, tiles, createdAt, startedAt, finishedAt } = status;
  return {
    jobID: id,
    processID: operation,
    type: 'process',
    status: state,
    ...(message !== undefined && { message }),
    created: iso(createdAt),
    ...(startedAt !== undefined && { started: iso(startedAt) }),
    ...(finishedAt !== undefined && { finished: iso(finishedAt) }),
    updated: iso(finishedAt ?? now),
    progress: percent(status),
    ...(cache && { cache }),
    ...(tiles && { tiles }),
    ...(waitsFor && { waitsFor: waitsFor.role, ...(waitsFor.isPaused && { paused: true }) }),
    links: links(`${base}/api/jobs`, status),
  };
}

/** The same for documents that say the same of a job, whenever they were written. */
export function statusMark({ updated: _, ...document }: StatusDocument): string {
  return hash('sha256', JSON.stringify(document), 'base64url').slice(0, 22);
}

/** The seconds after which a client should look again at a job that is so old and has not ended. */
export function secondsToNextLook(ageMilliseconds: number): number {
  return Math.min(10, Math.max(1, Math.floor(ageMilliseconds / 10_000)));
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
