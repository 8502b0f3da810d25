import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from './problem-error.ts';

/** Most of what one gateway holds at once for its clients. */
export interface LoadLimits {
  /** Requests that are not answered yet. */
  readonly requests: number;
  /** Bytes of bodies that have come and are not read yet. */
  readonly bodyBytes: number;
  /** Bytes of answers that are made and that clients have not taken yet. */
  readonly answerBytes: number;
}

/** The room for bodies in the memory of this process. */
export interface BodyRoom {
  /**
   * Makes room for more bytes of a request's body. Throws a ProblemError (503), and frees what the
   * request has, when there is none.
   */
  take(request: FastifyRequest, bytes: number): void;
  /**
   * A request's body is not needed any more. Also called when the request is answered, or its
   * client has left.
   */
  free(request: FastifyRequest): void;
  /** Bytes that are taken. */
  readonly bytes: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Whether the route answers however much there is to do: whoever asks it wants to know whether
     * the process lives.
     */
    readonly always?: boolean;
  }
}

/** Refuses requests (503) while so many are under way. Before any route. */
export function limitRequests(app: FastifyInstance, { requests: most }: Pick<LoadLimits, 'requests'>): void {
  let underWay = 0;
  app.addHook('onRequest', async (request, reply) => {
    if (underWay >= most && !request.routeOptions.config.always)
      throw new ProblemError(503, `${most} requests are under way, as many as are taken at once: ask again`);
    underWay += 1;
    reply.raw.once('close', () => {
      underWay -= 1;
    });
  });
}

/** A client that has taken nothing of its answer for so long is cut off. */
const mostMillisecondsToTake = 60_000;

/**
 * Refuses answers (503) while clients have not taken so many bytes of others, and cuts off who
 * takes none. Before any route.
 */
export function limitAnswers(app: FastifyInstance, { answerBytes: most }: Pick<LoadLimits, 'answerBytes'>): void {
  let bytes = 0;
  app.addHook('onSend', async (_request, reply, payload) => {
    const size = sizeOf(payload);
    reply.raw.setTimeout(mostMillisecondsToTake, () => reply.raw.destroy());
    // The sentence that says so is let through.
    if (size > smallBytes && bytes + size > most)
      throw new ProblemError(503, `answers that clients have not taken yet take more than ${most} bytes: ask again`);
    bytes += size;
    reply.raw.once('close', () => {
      bytes -= size;
    });
    return payload;
  });
}

/** What is as short as a sentence is always answered. */
const smallBytes = 16_384;

/** A stream is read no faster than it is taken. */
function sizeOf(payload: unknown): number {
  if (typeof payload === 'string') return Buffer.byteLength(payload);
  return payload instanceof Uint8Array ? payload.length : 0;
}

/** The room of an application, empty. Before any route. */
export function bodyRoom(app: FastifyInstance, { bodyBytes: most }: Pick<LoadLimits, 'bodyBytes'>): BodyRoom {
  const taken = new Map<FastifyRequest, number>();
  let bytes = 0;
  const free = (request: FastifyRequest) => {
    bytes -= taken.get(request) ?? 0;
    taken.delete(request);
  };
  app.addHook('onRequest', async (request, reply) => {
    reply.raw.once('close', () => free(request));
  });
  return {
    take(request, more) {
      bytes += more;
      taken.set(request, (taken.get(request) ?? 0) + more);
      if (bytes <= most) return;
      free(request);
      throw new ProblemError(
        503,
        `bodies of requests take more than the ${most} bytes that there are for them: ask again`,
      );
    },
    free,
    get bytes() {
      return bytes;
    },
  };
}
