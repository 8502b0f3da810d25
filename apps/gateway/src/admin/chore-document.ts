import type { ChoreStatus } from '@cellshed/jobs';

const iso = (time: number) => new Date(time).toISOString();

/** A chore as an operator sees it. */
export function choreDocument(status: ChoreStatus, waitsFor?: string | undefined) {
  const { id, kind, asked, by, requestId, state, askedAt, startedAt, endedAt, progress, counts, problem, restsUntil } =
    status;
  const { kind: _, ...members } = asked;
  const { failed = 0, ...others } = counts;
  return {
    ...{ id, kind, state, asked: members, by, askedAt: iso(askedAt) },
    ...(requestId !== undefined && { requestId }),
    ...(startedAt !== undefined && { startedAt: iso(startedAt) }),
    ...(endedAt !== undefined && { endedAt: iso(endedAt) }),
    ...(progress && { progress }),
    ...{ counts: others, failed },
    ...(problem !== undefined && { problem }),
    ...(restsUntil !== undefined && { restsUntil: iso(restsUntil) }),
    ...(state === 'waiting' && waitsFor !== undefined && { waitsFor }),
    links: {
      self: `/admin/chores/${id}`,
      failures: `/admin/chores/${id}/failures`,
      ...(['waiting', 'running', 'resting'].includes(state) && { pause: `/admin/chores/${id}/pause` }),
      ...(['paused', 'failed', 'lost'].includes(state) && { resume: `/admin/chores/${id}/resume` }),
    },
  };
}
