import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The range of a request, as first byte and end. */
export type Asked = readonly [first: number, end: number];

/**
 * A web server of the files in a folder of its own, which answers range requests; the ETag is a
 * hash of the bytes. It lists its requests, and answers them with the first of `faults` as long as
 * there are any. It also lists requests for missing files beside rasters.
 */
export async function rangeServer() {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-ranges-'));
  const asked: Asked[] = [];
  const missed: string[] = [];
  const faults: Answer[] = [];
  const sockets = new Set<unknown>();
  let [atOnce, mostAtOnce, port] = [0, 0, 0];
  let gate: Promise<void> | undefined;
  let tagged = (tag: string) => tag;
  let server: Server | undefined;

  const pathOf = ({ url = '' }: IncomingMessage) => join(folder, url.split('?')[0] as string);
  const answer: Answer = async (request, response) => {
    if (beside.test(pathOf(request)) && !existsSync(pathOf(request))) {
      missed.push(request.url as string);
      await gate;
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html>There is no such file.</html>');
      return;
    }
    asked.push(rangeOf(request));
    sockets.add(request.socket);
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    response.on('close', () => atOnce--);
    const fault = faults.shift();
    if (fault) return fault(request, response);
    await gate;
    return serve(request, response);
  };
  const serve: Answer = (request, response) => {
    const bytes = readFileSync(pathOf(request));
    sendRange(bytes, { etag: tagged(tagOf(bytes)) })(request, response);
  };
  const start = async () => {
    server = createServer(answer);
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  };
  const kill = async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  };

  await start();
  return {
    asked,
    missed,
    faults,
    serve,
    mostAtOnce: () => mostAtOnce,
    connections: () => sockets.size,
    /** Stores a file, or replaces it, and returns its URL. */
    put(name: string, bytes: Uint8Array): string {
      writeFileSync(join(folder, name), bytes);
      return `http://127.0.0.1:${port}/${name}`;
    },
    /** Changes every ETag. */
    tag(change: (tag: string) => string): void {
      tagged = change;
    },
    /** Holds all answers back until the function that it returns is called. */
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    /** Resolves when it has received so many requests in all. */
    async hasBeenAsked(times: number): Promise<void> {
      while (asked.length < times) await new Promise((resolve) => setImmediate(resolve));
    },
    kill,
    start,
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The names of files that are looked for beside rasters. */
export const beside = /[.](aux[.]xml|msk|tfw|tifw|wld)$/i;

/** Answers as a file server does. */
export function sendRange(bytes: Uint8Array, headers: Record<string, string>): Answer {
  return (request, response) => {
    const [first, end] = rangeOf(request);
    if (end <= first) {
      response.end(bytes);
      return;
    }
    if (first >= bytes.length) {
      response.writeHead(416, { ...headers, 'content-range': `bytes */${bytes.length}` }).end('There is no more.');
      return;
    }
    const part = bytes.subarray(first, end);
    const contentRange = `bytes ${first}-${first + part.length - 1}/${bytes.length}`;
    response.writeHead(206, { ...headers, 'content-range': contentRange, 'content-length': part.length }).end(part);
  };
}

/** The range of a request; an empty one if it has none. */
export function rangeOf({ headers }: IncomingMessage): Asked {
  const [, first = 0, last = -1] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '')?.map(Number) ?? [];
  return [first, last + 1];
}

function tagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}"`;
}

/** Bytes in which no two ranges of some length are equal. */
export function variedBytes(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0, state = seed; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}
