import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** What was asked for: the range, as first byte and end. */
export type Asked = readonly [first: number, end: number];

/**
 * A web server of the files in a folder of its own, which knows ranges and tags files with the hash
 * of their bytes. It tells what it was asked of them, and answers such a request with the first of
 * `faults` as long as there are any; and it tells which files it was asked for that are called as
 * those beside rasters, and are not there.
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
    /** Puts a file there, or in place of another; answers its URL. */
    put(name: string, bytes: Uint8Array): string {
      writeFileSync(join(folder, name), bytes);
      return `http://127.0.0.1:${port}/${name}`;
    },
    /** Makes another ETag of each. */
    tag(change: (tag: string) => string): void {
      tagged = change;
    },
    /** Holds all answers back until the function that it returns is called. */
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    /** Resolves when so many requests have come in all. */
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

/** What files are called that are looked for beside rasters. */
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

/** The range that a request asks for; an empty one where it asks for none. */
export function rangeOf({ headers }: IncomingMessage): Asked {
  const [, first = 0, last = -1] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '')?.map(Number) ?? [];
  return [first, last + 1];
}

function tagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}"`;
}

/** Bytes of which no two ranges of some length are the same. */
export function variedBytes(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0, state = seed; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}
