import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { jobs, type QueueName, type Queues, requestOf, subjectOf } from '@cellshed/jobs';

export interface BoardOptions {
  readonly queues: Pick<Queues, 'all'>;
  /** The path of the board. */
  readonly path: string;
  /** The path, or the URL, at which the gateway is reached; it ends with a slash. */
  readonly base: string;
  /** Whether whoever sends these headers may only look. */
  readonly isViewer: (headers: Readonly<Record<string, string | undefined>>) => boolean;
}

/** The jobs of each queue, in a sentence for the operator. */
const descriptions: Readonly<Record<QueueName, string>> = {
  start: 'Looks a request up in the cache, and begins its computation',
  finish: 'The requests of clients: each waits for its start job and its computation',
  count: 'Computations, and the batches of tiles of large ones',
  refresh: 'Results that are stale and are computed anew',
  tally: 'Tiles that are counted in advance',
  chore: 'What operators have asked for on many areas, and the schedules that ask for it',
};

/** The queues whose jobs have the ids of requests. */
const ofRequests: ReadonlySet<string> = new Set<QueueName>(['start', 'finish']);

/** Makes Bull Board: jobs by what they are about, with links to their requests, for two roles. */
export function openBoard({ queues, path, base, isViewer }: BoardOptions): FastifyAdapter {
  const adapter = new FastifyAdapter();
  createBullBoard({
    queues: queues.all.map((queue) => {
      const shown = new BullMQAdapter(queue, {
        description: descriptions[queue.name as QueueName],
        ...(ofRequests.has(queue.name) && {
          externalJobUrl: ({ id }) => ({
            displayText: 'Status of the request',
            href: `${base}api/jobs/${encodeURIComponent(requestOf(String(id)))}`,
          }),
        }),
      });
      shown.setFormatter('name', nameOf);
      return shown;
    }),
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: 'Catchment',
        hideDocsLink: true,
        showMetrics: true,
        miscLinks: [
          { text: 'The page', url: base },
          { text: 'The API', url: `${base}api/docs` },
        ],
        theme: { light: fonts, dark: fonts },
      },
      handlerHooks: {
        before: async ({ method, request }) =>
          isViewer(request.headers) && method !== 'get'
            ? { allow: false, status: 403, message: 'this user may only look' }
            : { allow: true },
        after: async ({ request }, result) => (isViewer(request.headers) ? readOnly(result) : result),
      },
    },
  });
  adapter.setBasePath(path);
  return adapter;
}

/** Fonts that each system has: the board asks no other host for any. */
const fonts = { 'font-sans': 'system-ui, sans-serif', 'font-mono': 'ui-monospace, monospace' };

/** Takes the links to fonts of another host out of the page. */
export function withoutFonts(html: string): string {
  return html.replaceAll(/<link href="https:\/\/fonts\.[^>]*>\s*/g, '');
}

/** The operation and the area that a job is about; of a batch also what it is. */
function nameOf(job: { readonly name: string; readonly data: unknown }): string {
  const { name, data } = job;
  if (!Object.hasOwn(jobs, name)) return name;
  try {
    const { operation, area } = subjectOf({ name, data: data as object });
    return name === 'finish' ? `${operation} ${area}` : `${name}: ${operation} ${area}`;
  } catch {
    // An operator can add a job with any data.
    return name;
  }
}

/** The answer about queues, which then offers nothing to do with them. */
function readOnly<Result extends { readonly body: unknown }>(result: Result): Result {
  const { body } = result as { readonly body: { readonly queues?: readonly object[] } };
  if (!Array.isArray(body.queues)) return result;
  const queues = body.queues.map((queue) => ({ ...queue, readOnlyMode: true, allowRetries: false }));
  return { ...result, body: { ...body, queues } };
}
