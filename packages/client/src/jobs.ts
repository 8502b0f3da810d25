import type { StatusDocument } from './documents.ts';
import { lastEvent } from './events.ts';
import { type Ask, retryAfterIn } from './gateway.ts';
import { lastLook } from './polling.ts';
import { type Aborting, hasEnded, pause, type WaitOptions } from './watching.ts';

/** A job, or its id. */
export type JobLike = string | Pick<StatusDocument, 'jobID'>;

/** The path of a job. */
export function jobPath(job: JobLike): string {
  return `/api/jobs/${encodeURIComponent(typeof job === 'string' ? job : job.jobID)}`;
}

/** Waits until a job has ended: by its events where these come, else by asking again and again. */
export async function untilEnded(ask: Ask, job: JobLike, options: WaitOptions = {}): Promise<StatusDocument> {
  if (isEnded(job)) return job;
  const watching = { ...options, pause, random: Math.random };
  const heard = options.everyMilliseconds === undefined ? await lastEvent(eventsOf(ask, job), watching) : undefined;
  return heard ?? lastLook(() => look(ask, job, options), watching);
}

function isEnded(job: JobLike): job is StatusDocument {
  return typeof job === 'object' && 'status' in job && hasEnded(job as StatusDocument);
}

function eventsOf(ask: Ask, job: JobLike) {
  return (last: string | undefined, signal: AbortSignal) =>
    ask(`${jobPath(job)}/events`, {
      headers: { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': last }) },
      signal,
    });
}

async function look(ask: Ask, job: JobLike, { signal }: Aborting) {
  const response = await ask(jobPath(job), { signal });
  return { status: (await response.json()) as StatusDocument, retryAfterSeconds: retryAfterIn(response) };
}
