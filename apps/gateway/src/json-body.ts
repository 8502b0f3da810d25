import type { Readable } from 'node:stream';
import { unlimited } from '@catchment/budget';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseJson, theBody } from './json-text.ts';
import type { BodyRoom } from './load.ts';
import { ProblemError } from './problem-error.ts';

/** A body that is parsed where it comes in: it takes a few milliseconds. */
export const mostBytesParsed = 1 << 20;

/**
 * Reads bodies of JSON, which are short (`mostBytesParsed`), and says of one that is no JSON what
 * is wrong with it. Before any route.
 */
export function readJsonBodies(app: FastifyInstance, room: BodyRoom): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', async (request: FastifyRequest, payload: Readable) => {
    const body = await bytesOf(request, payload, room);
    room.free(request);
    return parseJson(body, { what: theBody, budget: unlimited });
  });
}

/**
 * Leaves bodies of JSON as the bytes that they are, for the routes of this context. Whoever reads
 * one frees its room.
 */
export function keepJsonBodies(app: FastifyInstance, room: BodyRoom): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', (request: FastifyRequest, payload: Readable) =>
    bytesOf(request, payload, room),
  );
}

function bytesOf(request: FastifyRequest, payload: Readable, room: BodyRoom): Promise<Buffer> {
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
    // What comes after it was refused is let go by: whoever is cut off while writing never reads
    // the answer.
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
