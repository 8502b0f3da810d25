import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { makeCertificate } from '../../../../test/certificate.ts';
import { hour } from '../store-fixture.ts';

const run = promisify(execFile);
let folder: string;
let certificate: string;
let server: PrivateRedis;
let port: number;

/**
 * A cluster of one node, which is a server like any other for those who do not know, with a
 * certificate made for the occasion.
 */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catchment-tls-'));
  const files = await makeCertificate(folder, 'localhost', 'DNS:localhost,IP:127.0.0.1');
  certificate = files.certificate;
  port = await freePort();
  server = await startRedis({
    config: {
      'tls-port': String(port),
      'tls-cert-file': certificate,
      'tls-key-file': files.key,
      'tls-ca-cert-file': certificate,
      'tls-auth-clients': 'no',
      'tls-cluster': 'yes',
      'cluster-enabled': 'yes',
      // A node that has met no other does not know its address.
      'cluster-announce-ip': '127.0.0.1',
      'cluster-port': String(await freePort()),
    },
  });
  const admin = new Redis(server.url);
  await admin.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
  while (!/cluster_state:ok/.test(String(await admin.call('CLUSTER', 'INFO'))));
  admin.disconnect();
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/**
 * The output of a process that writes to the store and reads from it, and also trusts the
 * certificates in that file.
 */
async function said(url: string, trusted?: string): Promise<string> {
  const program = `
    import { openStore } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
    const heard = new Set();
    const onError = (error) => heard.add(error.message);
    const store = await openStore(${JSON.stringify(url)}, { base: '.', timeoutMilliseconds: ${hour}, onError });
    try {
      await store.set('key', Buffer.from('value'));
      console.log(String(await store.get('key')), await store.fence.take('key', { name: 'a', holder: 'me', milliseconds: 9 }));
      for await (const key of store.keys('')) console.log(key);
    } catch (error) {
      console.log(error.message);
    }
    console.log(...heard);
    await store.close();`;
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...env, ...(trusted ? { NODE_EXTRA_CA_CERTS: trusted } : {}) },
  });
  return stdout;
}

describe('Redis over TLS', () => {
  it.each(['rediss', 'rediss-cluster'])('is a store like any other (%s://)', async (scheme) => {
    expect(await said(`${scheme}://localhost:${port}`, certificate)).toBe('value true\nkey\n\n');
  });

  it.each(['rediss', 'rediss-cluster'])(
    'is not trusted with a certificate that nobody vouches for (%s://)',
    async (scheme) => {
      const answer = await said(`${scheme}://localhost:${port}`);
      expect(answer).toMatch(/^Redis .*at localhost:\d+ did not carry out SET: not connected\n/);
      if (scheme === 'rediss') expect(answer).toMatch(/self-signed certificate/);
    },
  );

  it('is not spoken where it is not asked for', async () => {
    expect(await said(`redis://localhost:${port}`, certificate)).toMatch(/did not carry out SET/);
  });
});
