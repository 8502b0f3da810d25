import type { Followed, Following, RequestStatus, Untaken } from '@cellshed/jobs';
import { fastifySSE, type SSEMessage } from '@fastify/sse';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { type Listeners, openListeners } from '../events/listeners.ts';
import type { BaseUrl } from '../http/links.ts';
import { exception, ProblemError } from '../problems/problem.ts';
import { statusDocument, statusMark } from '../processes/status-document.ts';
import { isJobId } from './jobs.ts';

/** A status, as all who follow a job are told it. */
export interface Told {
  readonly status: RequestStatus;
  readonly waitsFor: Untaken | undefined;
}

export interface EventsOptions {
  readonly following: Pick<Following<Told>, 'follow'>;
  readonly baseOf: BaseUrl;
  /** The most clients that listen at once. */
  readonly most: number;
  /** Aborted when the gateway begins to stop. */
  readonly stopping: AbortSignal;
  readonly heartbeatMilliseconds?: number;
}

/**
 * The range of times after which clients connect again, so that not all of a gateway that stops
 * come to another at once.
 */
const [leastRetry, mostRetry] = [500, 3500];

/** The statuses of a job as server-sent events. */
export const eventsRoutes: FastifyPluginAsyncTypebox<EventsOptions> = async (app, options) => {
  const { following, baseOf, stopping } = options;
  const listeners: Listeners = openListeners(options);
  stopping.addEventListener('abort', () => listeners.close(), { once: true });
  await app.register(fastifySSE);

  app.get(
    '/api/jobs/:id/events',
    {
      // The statuses are text already, and all streams have one heartbeat.
      sse: { kind: 'manual', heartbeat: false, serializer: String },
      exposeHeadRoute: false,
      schema: {
        operationId: 'getEvents',
        summary: 'The statuses of a job, as they change',
        description:
          'Server-sent events `status`, each with a status document: the present one at once, the others when they change, at most two in a second. ' +
          'The stream ends after the status of a job that has ended. A client that connects again with `Last-Event-ID` gets what is new, or 204 if nothing will be.',
        params: Type.Object({ id: Type.String() }),
        headers: Type.Object({
          'last-event-id': Type.Optional(Type.String({ description: 'The id of the last event that the client has' })),
        }),
        response: {
          200: { description: 'Events', content: { 'text/event-stream': { schema: Type.String() } } },
          204: Type.Null({ description: 'The job has ended, and the client has heard so' }),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const base = baseOf(request);
      if (stopping.aborted) throw new ProblemError(503, 'this gateway stops: ask again');
      listeners.expectRoom();
      const queue: (Told | undefined)[] = [];
      let show = (told: Told | undefined): void => {
        queue.push(told);
      };
      const { value, stop } = await followed(id, (told) => show(told));
      let last = reply.sse.lastEventId;
      const first = eventOf(value, base);
      if (hasEnded(value) && last === first.id) {
        stop();
        return reply.code(204).send(null);
      }
      reply.sse.keepAlive();
      const listener = listeners.add({ raw: reply.raw, sse: reply.sse }, stop);
      let retry: number | undefined = leastRetry + Math.floor((mostRetry - leastRetry) * Math.random());
      show = (told) => {
        if (!told) return listener.end();
        const event = eventOf(told, base);
        if (event.id !== last) listener.send({ ...event, ...(retry !== undefined && { retry }) });
        [last, retry] = [event.id, undefined];
        if (hasEnded(told)) listener.end();
      };
      for (const told of [value, ...queue]) show(told);
      return undefined;
    },
  );

  async function followed(
    id: string,
    onTold: (told: Told | undefined) => void,
  ): Promise<Followed<Told> & { value: Told }> {
    const { value, stop } = isJobId(id)
      ? await following.follow(id, onTold)
      : { value: undefined, stop: () => undefined };
    if (value) return { value, stop };
    stop();
    const name = JSON.stringify(id.slice(0, 100));
    throw new ProblemError(404, `there is no job ${name}, or it is no longer kept`, exception('no-such-job'));
  }
};

type Event = SSEMessage & { readonly id: string };

/** The events of each status, by the base URL of their links: most clients get the same one. */
const events = new WeakMap<Told, Map<string, Event>>();

function eventOf(told: Told, base: string): Event {
  const known = events.get(told) ?? new Map<string, Event>();
  events.set(told, known);
  const before = known.get(base);
  if (before) return before;
  const document = statusDocument(told.status, { base, now: Date.now(), waitsFor: told.waitsFor });
  const event = { id: statusMark(document), event: 'status', data: JSON.stringify(document) };
  known.set(base, event);
  return event;
}

function hasEnded({ status }: Told): boolean {
  return status.state !== 'accepted' && status.state !== 'running';
}
