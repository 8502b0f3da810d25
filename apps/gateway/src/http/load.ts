import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '../problems/problem-error.ts';
import { whenClosed } from './when-closed.ts';

/** The limits of what one gateway holds at once for its clients. */
export interface LoadLimits {
  /** Requests that are not answered yet. */
  readonly requests: number;
  /** The milliseconds by which the process may be late, beyond which no work begins. */
  readonly lateMilliseconds: number;
  /** Bytes of bodies that have arrived and are not read yet. */
  readonly bodyBytes: number;
  /** Bytes of answers that are made and that clients have not taken yet. */
  readonly answerBytes: number;
}

/** The room for bodies in the memory of this process. */
export interface BodyRoom {
  /**
   * Makes room for more bytes of a request's body. When there is none, frees what the request has
   * and throws a ProblemError (503).
   */
  take(request: FastifyRequest, bytes: number): void;
  /**
   * Frees the room of a request's body. Also called when the request is answered, or its client has
   * left.
   */
  free(request: FastifyRequest): void;
  /** The bytes that are taken. */
  readonly bytes: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route answers under any load: its clients ask whether the process lives. */
    readonly always?: boolean;
    /** Whether the route begins work: it does not while this process is late. */
    readonly begins?: boolean;
  }
}

/** Throws a ProblemError (503) while this process is late: no work is to begin. */
export type RefuseLate = () => void;

/** The requests under way up to which work begins, however late the process is. */
const few = 20;

/**
 * Refuses requests (503) while too many are under way, and while this process is late also those
 * that begin work. Call this before routes are added. `lateness` measures milliseconds; a limit of
 * 0 is none. Answers a function for routes that begin work only sometimes.
 */
export function limitRequests(
  app: FastifyInstance,
  {
    requests: most,
    lateMilliseconds,
    lateness,
  }: Pick<LoadLimits, 'requests' | 'lateMilliseconds'> & { readonly lateness: () => number },
): RefuseLate {
  let underWay = 0;
  const problem = (config: FastifyContextConfig): string | undefined => {
    if (config.always) return undefined;
    if (underWay >= most) return `${most} requests are under way, as many as are taken at once: ask again`;
    return config.begins ? lateProblem() : undefined;
  };
  const lateProblem = () =>
    lateMilliseconds > 0 && underWay > few && lateness() > lateMilliseconds
      ? `this gateway has so much to do that it is late by more than ${lateMilliseconds} ms: ask again`
      : undefined;
  app.addHook('onRequest', (request, reply, done) => {
    const detail = problem(request.routeOptions.config);
    if (detail !== undefined) {
      done(new ProblemError(503, detail));
      return;
    }
    underWay += 1;
    whenClosed(reply.raw, () => {
      underWay -= 1;
    });
    done();
  });
  return () => {
    const detail = lateProblem();
    if (detail !== undefined) throw new ProblemError(503, detail);
  };
}

/** The time after which a client that takes nothing of its answer is cut off. */
const mostMillisecondsToTake = 60_000;

/**
 * Refuses answers (503) while clients have not taken too many bytes of others, and cuts off clients
 * that take none. Call this before routes are added.
 */
export function limitAnswers(app: FastifyInstance, { answerBytes: most }: Pick<LoadLimits, 'answerBytes'>): void {
  let bytes = 0;
  app.addHook('onSend', (_request, reply, payload, done) => {
    const size = sizeOf(payload);
    reply.raw.setTimeout(mostMillisecondsToTake, () => reply.raw.destroy());
    // The refusal itself is small and passes.
    if (size > smallBytes && bytes + size > most) {
      done(new ProblemError(503, `answers that clients have not taken yet take more than ${most} bytes: ask again`));
      return;
    }
    bytes += size;
    whenClosed(reply.raw, () => {
      bytes -= size;
    });
    done(null, payload);
  });
}

/** The size up to which an answer is always sent. */
const smallBytes = 16_384;

/** The bytes of an answer; a stream counts as none, since it is read no faster than it is taken. */
function sizeOf(payload: unknown): number {
  if (typeof payload === 'string') return Buffer.byteLength(payload);
  return payload instanceof Uint8Array ? payload.length : 0;
}

/** Opens the room of an application, empty. Call this before routes are added. */
export function bodyRoom(app: FastifyInstance, { bodyBytes: most }: Pick<LoadLimits, 'bodyBytes'>): BodyRoom {
  const taken = new Map<FastifyRequest, number>();
  let bytes = 0;
  const free = (request: FastifyRequest) => {
    bytes -= taken.get(request) ?? 0;
    taken.delete(request);
  };
  app.addHook('onRequest', (request, reply, done) => {
    // The bodies of others are not read.
    if (request.method !== 'GET') whenClosed(reply.raw, () => free(request));
    done();
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
