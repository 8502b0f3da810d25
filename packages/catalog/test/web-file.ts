import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A server of one file that answers range requests for it, which it counts, with an ETag that
 * counts the replacements.
 */
export async function serveFile(bytes: Buffer) {
  let [content, edition, requests] = [bytes, 1, 0];
  const server = createServer(({ headers, method, url }, response) => {
    if (url !== '/nlcd.tif') {
      response.writeHead(404).end();
      return;
    }
    requests += 1;
    const [, from = '0', to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
    const part = content.subarray(Number(from), to ? Number(to) + 1 : undefined);
    const range = { 'content-range': `bytes ${from}-${Number(from) + part.length - 1}/${content.length}` };
    const etag = `"${edition}"`;
    response.writeHead(headers.range ? 206 : 200, {
      etag,
      'accept-ranges': 'bytes',
      'content-length': part.length,
      ...(headers.range && range),
    });
    response.end(method === 'HEAD' ? undefined : part);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/nlcd.tif`,
    requests: () => requests,
    replace(replacement: Buffer) {
      content = replacement;
      edition += 1;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
