import type { JobType, Queue } from 'bullmq';
import type { RequestJob } from './request-job.ts';
import { type RequestStatus, requestQueues, type StatusSources, statusOf } from './status.ts';

export interface JobListPage {
  readonly requests: readonly RequestStatus[];
  /** The offset of the next page; undefined: this is the last one. */
  readonly next?: number;
}

export interface JobListOptions {
  /** The offset of the page, in the list of all requests. */
  readonly offset: number;
  /** The most requests of a page. */
  readonly limit: number;
  readonly fits: (request: RequestStatus) => boolean;
}

/** The lists in their order: running requests first, then ended ones, the latest first. */
const lists: JobType[] = ['active', 'delayed', 'waiting', 'prioritized', 'waiting-children', 'completed', 'failed'];
const mostAtOnce = 100;

/**
 * The most requests that one page looks at, whether they match or not. So no page takes long, but
 * one may be short or empty without being the last.
 */
const mostLookedAt = 2000;

/**
 * Lists the stored requests, a page at a time, from the queues' lists in Redis. A request that
 * moves from one list to another between two pages may be missing or repeated.
 */
export async function listRequests(sources: StatusSources, options: JobListOptions): Promise<JobListPage> {
  const { offset, limit, fits } = options;
  const requests: RequestStatus[] = [];
  let position = 0;
  for (const queue of requestQueues(sources)) {
    const counts = await queue.getJobCounts(...lists);
    for (const list of lists) {
      const end = position + (counts[list] ?? 0);
      for (let at = Math.max(position, offset); at < end; at += mostAtOnce) {
        const size = Math.min(mostAtOnce, end - at);
        const found = await read(sources, queue, { list, from: at - position, size });
        for (const [index, status] of found.entries()) {
          const isOver = requests.length === limit || at + index === offset + mostLookedAt;
          if (isOver) return { requests, next: at + index };
          if (status && fits(status)) requests.push(status);
        }
      }
      position = end;
    }
  }
  return { requests };
}

/** The status of `size` jobs of a list; undefined for each that has disappeared meanwhile. */
async function read(
  sources: StatusSources,
  queue: Queue,
  { list, from, size }: { list: JobType; from: number; size: number },
): Promise<(RequestStatus | undefined)[]> {
  const jobs = (await queue.getJobs([list], from, from + size - 1, false)) as (RequestJob | undefined)[];
  return Promise.all(Array.from({ length: size }, (_, index) => jobs[index] && statusOf(sources, jobs[index])));
}
