import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendRange } from '../range-server.ts';

const variables = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];

/** A proxy that answers in place of every server, and lists its requests. */
async function openProxy(bytes: Uint8Array) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    sendRange(bytes, { etag: '"v1"' })(request, response);
  });
  server.on('connect', ({ url }, socket) => {
    asked.push(`CONNECT ${url}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it('a proxy that the environment names is asked for what lies on servers, except those that it excludes', async () => {
  const bytes = await readFile(new URL('../fixtures/values/uint8-deflate-tiles.tif', import.meta.url));
  await using proxy = await openProxy(bytes);
  await using direct = await openProxy(bytes);
  for (const name of variables) delete process.env[name];
  Object.assign(process.env, {
    HTTP_PROXY: proxy.url,
    HTTPS_PROXY: proxy.url,
    NO_PROXY: '127.0.0.1',
    AWS_ACCESS_KEY_ID: 'KEY',
    AWS_SECRET_ACCESS_KEY: 'SECRET',
  });
  // The environment is read when the module is loaded.
  const { openBytes } = await import('../../src/bytes/open-bytes.ts');
  const { openNetwork } = await import('../../src/bytes/network.ts');
  const network = openNetwork({ attempts: 1 });

  await (await openBytes('http://data.example/soil.tif', { network })).close();
  const s3 = `s3://rasters/soil.tif?endpoint=${encodeURIComponent('http://store.example')}&pathStyle=true`;
  await (await openBytes(s3, { network })).close();
  await expect(openBytes('https://data.example/soil.tif', { network })).rejects.toThrow(
    /^cannot read https:\/\/data\.example\/soil\.tif: /,
  );
  await (await openBytes(`${direct.url}/soil.tif`, { network })).close();

  expect(proxy.asked).toEqual([
    'GET http://data.example/soil.tif',
    expect.stringMatching(/^GET http:\/\/store\.example\/rasters\/soil\.tif/),
    'CONNECT data.example:443',
  ]);
  expect(direct.asked).toEqual(['GET /soil.tif']);
});
