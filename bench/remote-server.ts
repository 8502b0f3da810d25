/**
 * `node remote-server.ts FOLDER MILLISECONDS`: serves the files of a folder by range, over HTTP and
 * to S3 clients as objects of any bucket. Each answer is so much late, and the first of each
 * connection twice, as there is a handshake before it. Says its port. `/hang-up` closes all
 * connections that are not in use. `/in-turn` says how many round trips had to wait for one another
 * since it was asked last: those that are under way together are one.
 */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';

const [folder = '', milliseconds = ''] = process.argv.slice(2);
const fresh = new WeakSet<object>();
/** The round trips that were over, one after the other, when the last answer was sent. */
let inTurn = 0;

const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  const { pathname } = new URL(request.url ?? '', 'http://localhost');
  const path = join(folder, basename(pathname));
  if (pathname === '/hang-up') {
    server.closeIdleConnections();
    response.end();
    return;
  }
  if (pathname === '/in-turn') {
    response.end(String(inTurn));
    inTurn = 0;
    return;
  }
  if (!existsSync(path)) {
    response.writeHead(404).end();
    return;
  }
  const { size, mtimeMs } = statSync(path);
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const [first, end] = [Number(from), Math.min(Number(to) + 1, size)];
  const part = Buffer.alloc(end - first);
  const file = openSync(path, 'r');
  readSync(file, part, 0, part.length, first);
  closeSync(file);
  const headers = {
    etag: `"${size}-${mtimeMs}"`,
    'content-range': `bytes ${first}-${end - 1}/${size}`,
    'content-length': part.length,
  };
  const ways = fresh.delete(request.socket) ? 2 : 1;
  const own = inTurn + ways;
  setTimeout(() => {
    inTurn = Math.max(inTurn, own);
    response.writeHead(206, headers).end(part);
  }, ways * Number(milliseconds));
});
server.on('connection', (socket) => fresh.add(socket));
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
