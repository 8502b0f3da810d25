import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { makeCertificate } from '../../../../test/certificate.ts';
import { forwardProxy } from '../forward-proxy.ts';
import { type Answer, sendRange } from '../range-server.ts';

const variables = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];
const folder = mkdtempSync(join(tmpdir(), 'catchment-proxy-'));
const file = new URL('../fixtures/values/uint8-deflate-tiles.tif', import.meta.url);
const asked: string[] = [];
const answer: Answer = (request, response) => {
  asked.push(`${request.headers.host}${request.url?.split('?')[0]}`);
  sendRange(readFileSync(file), { etag: '"v1"' })(request, response);
};
const servers: Server[] = [];

afterAll(async () => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

/** The port of a server that is listening. */
async function portOf(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A certificate for `data.example`, which this process trusts. */
async function trustedCertificate() {
  const files = await makeCertificate(folder, 'data.example');
  const [key, cert] = [readFileSync(files.key, 'utf8'), readFileSync(files.certificate, 'utf8')];
  setDefaultCACertificates([...getCACertificates('default'), cert]);
  return { key, cert };
}

it('a proxy that the environment names is asked for what is on servers, except those that it excludes', async () => {
  const [open, secure] = [createServer(answer), createSecureServer(await trustedCertificate(), answer)];
  const [port, securePort] = [await portOf(open), await portOf(secure)];
  await using plain = await forwardProxy({ 'data.example': port, 'store.example': port });
  await using tunnels = await forwardProxy({ 'data.example': securePort });
  for (const name of variables) delete process.env[name];
  Object.assign(process.env, {
    HTTP_PROXY: plain.url,
    HTTPS_PROXY: tunnels.url,
    NO_PROXY: '127.0.0.1',
    AWS_ACCESS_KEY_ID: 'KEY',
    AWS_SECRET_ACCESS_KEY: 'SECRET',
  });
  // The environment is read when the module is loaded.
  const { openBytes } = await import('../../src/bytes/open-bytes.ts');
  const { openNetwork } = await import('../../src/bytes/network.ts');
  const network = openNetwork({ attempts: 1 });
  const read = async (url: string) => {
    const source = await openBytes(url, { network });
    expect(Buffer.from(await source.read(0, 4))).toEqual(readFileSync(file).subarray(0, 4));
    await source.close();
  };

  await read('http://data.example/soil.tif');
  await read(`s3://rasters/soil.tif?endpoint=${encodeURIComponent('http://store.example')}&pathStyle=true`);
  await read('https://data.example/soil.tif');
  await read(`http://127.0.0.1:${port}/soil.tif`);
  await expect(openBytes('https://other.example/soil.tif', { network })).rejects.toThrow(
    /^cannot read https:\/\/other\.example\/soil\.tif: .*403/,
  );

  expect(plain.asked).toEqual([
    'GET http://data.example/soil.tif',
    expect.stringMatching(/^GET http:\/\/store\.example\/rasters\/soil\.tif/),
  ]);
  expect(tunnels.asked).toEqual(['CONNECT data.example:443', 'CONNECT other.example:443']);
  expect(asked).toEqual([
    'data.example/soil.tif',
    'store.example/rasters/soil.tif',
    'data.example/soil.tif',
    `127.0.0.1:${port}/soil.tif`,
  ]);
});
