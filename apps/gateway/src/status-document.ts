import type { StatusDocument } from '@catchment/client';
import type { RequestStatus } from '@catchment/jobs';

/** Writes a request's status as clients read it. `now` in epoch milliseconds. */
export function statusDocument(status: RequestStatus, now: number): StatusDocument {
  const { id, request, state, problem, cache, tiles, createdAt, startedAt, finishedAt } = status;
  return {
    jobID: id,
    processID: request.operation,
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
    links: links(id, state),
  };
}

function percent({ state, tiles }: RequestStatus): number {
  if (state === 'successful') return 100;
  return tiles && tiles.planned > 0 ? Math.min(99, Math.floor((100 * tiles.done) / tiles.planned)) : 0;
}

function links(id: string, state: RequestStatus['state']): StatusDocument['links'] {
  const self = { href: `/api/jobs/${id}`, rel: 'self', type: 'application/json', title: 'This document' };
  if (state !== 'successful') return [self];
  const rel = 'http://www.opengis.net/def/rel/ogc/1.0/results';
  return [self, { href: `/api/jobs/${id}/results`, rel, type: 'application/json', title: 'Results' }];
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
