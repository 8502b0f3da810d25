/** `node remote-server.ts FOLDER MILLISECONDS`: serves the files of a folder by range, each answer that much later. Says its port. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const [folder = '', milliseconds = ''] = process.argv.slice(2);
const server = createServer((request, response) => {
  const path = join(folder, request.url ?? '');
  if (!existsSync(path)) {
    response.writeHead(404).end();
    return;
  }
  const { size, mtimeMs } = statSync(path);
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')?.map(Number) as [
    number,
    number,
    number,
  ];
  const part = Buffer.alloc(Math.min(last + 1, size) - first);
  const file = openSync(path, 'r');
  readSync(file, part, 0, part.length, first);
  closeSync(file);
  const headers = {
    etag: `"${size}-${mtimeMs}"`,
    'content-range': `bytes ${first}-${first + part.length - 1}/${size}`,
    'content-length': part.length,
  };
  setTimeout(() => response.writeHead(206, headers).end(part), Number(milliseconds));
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
