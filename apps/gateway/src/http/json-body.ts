import type { Readable } from 'node:stream';
import { unlimited } from '@cellshed/budget';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '../problems/problem-error.ts';
import { parseJson, theBody } from './json-text.ts';
import type { BodyRoom } from './load.ts';

/** The longest body that is parsed in line: it takes a few milliseconds. */
export const mostBytesParsed = 1 << 20;

/**
 * Reads JSON bodies up to `mostBytesParsed`, and says what is wrong with one that is no JSON. Call
 * this before routes are added.
 */
export function readJsonBodies(app: FastifyInstance, room: BodyRoom): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', async (request: FastifyRequest, payload: Readable) => {
    const body = await bytesOfBody(request, payload, room);
    room.free(request);
    // Many clients name the type whether they send a body or not.
    return body.length === 0 ? undefined : parseJson(body, { what: theBody, budget: unlimited });
  });
}

/**
 * Keeps JSON bodies as bytes, for the routes of this context. The code that reads a body frees its
 * room.
 */
export function keepJsonBodies(app: FastifyInstance, room: BodyRoom): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', (request: FastifyRequest, payload: Readable) =>
    bytesOfBody(request, payload, room),
  );
}

/** The bytes of a body, up to the limit of its route. */
export function bytesOfBody(request: FastifyRequest, payload: Readable, room: BodyRoom): Promise<Buffer> {
  const most = request.routeOptions.bodyLimit ?? mostBytesParsed;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let [bytes, isRefused] = [0, false];
    const refuse = (error: unknown) => {
      isRefused = true;
      chunks.length = 0;
      room.free(request);
      reject(error);
    };
    const check = (more: number) => {
      if (bytes + more > most)
        throw new ProblemError(413, `the body is larger than ${most} bytes, the most that is accepted`);
    };
    try {
      const { 'content-encoding': encoding = 'identity' } = request.headers;
      if (encoding !== 'identity')
        throw new ProblemError(415, `content-encoding: is ${JSON.stringify(encoding)}, expected none`);
      check(Number(request.headers['content-length'] ?? 0));
    } catch (error) {
      refuse(error);
    }
    // The rest of a refused body is read and dropped: a client that is cut off while it writes
    // never reads the answer.
    payload.on('data', (chunk: Buffer) => {
      if (isRefused) return;
      try {
        check(chunk.length);
        room.take(request, chunk.length);
        bytes += chunk.length;
        chunks.push(chunk);
      } catch (error) {
        refuse(error);
      }
    });
    payload.once('end', () => resolve(Buffer.concat(chunks)));
    payload.once('error', () => refuse(new ProblemError(400, 'the client left before all of the body had come')));
  });
}
