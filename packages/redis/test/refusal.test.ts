import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, type PrivateRedis, startRedis } from '@cellshed/local-services';
import * as library from 'ioredis';
import { makeCertificate } from '../../../test/certificate.ts';
import { accessProblem, accessProblemAt } from '../src/index.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'catchment-refusal-'));
let plain: PrivateRedis;
let locked: PrivateRedis;
let secure: PrivateRedis;
let securePort: number;

beforeAll(async () => {
  const { key, certificate } = await makeCertificate(folder, 'other.example');
  securePort = await freePort();
  const tls = { 'tls-port': String(securePort), 'tls-cert-file': certificate, 'tls-key-file': key };
  [plain, locked, secure] = await Promise.all([
    startRedis(),
    startRedis(),
    startRedis({ config: { ...tls, 'tls-ca-cert-file': certificate, 'tls-auth-clients': 'no' } }),
  ]);
  const admin = new library.Redis(locked.url);
  await admin.call('ACL', 'SETUSER', 'reader', 'on', '>mine', '~*', '+@read', '+ping', '+info', '+hello');
  await admin.config('SET', 'requirepass', 'right');
  admin.disconnect();
});

afterAll(async () => {
  await Promise.all([plain, locked, secure].map((one) => one.stop()));
  rmSync(folder, { recursive: true });
});

const at = (url: string) => accessProblemAt(library, url, 10_000);
/** The same in a process of its own: errors of TLS are none of the tests' own errors. */
async function saidAt(url: string): Promise<unknown> {
  const program = `
    import * as library from 'ioredis';
    import { accessProblemAt } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
    console.log(JSON.stringify(await accessProblemAt(library, ${JSON.stringify(url)}, 10_000)));`;
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], { env });
  return JSON.parse(stdout);
}

const refused = 'does not accept the user or the password';

describe('the access to a Redis', () => {
  it('is refused to a wrong password, a wrong user and to those without', async () => {
    const place = `127.0.0.1:${locked.port}`;
    for (const scheme of ['redis', 'redis-cluster']) {
      expect(await at(`${scheme}://:wr0ng@${place}`)).toEqual({ who: 'server', problem: refused });
      expect(await at(`${scheme}://stranger:right@${place}`)).toEqual({ who: 'server', problem: refused });
      expect(await at(`${scheme}://${place}`)).toEqual({ who: 'server', problem: 'wants a password' });
      expect(await at(`${scheme}://:right@${place}`)).toBeUndefined();
      expect(await at(`${scheme}://reader:mine@${place}`)).toBeUndefined();
    }
  });

  it('is not had over a connection that is not trusted', async () => {
    for (const scheme of ['rediss', 'rediss-cluster'])
      expect(await saidAt(`${scheme}://127.0.0.1:${securePort}`)).toEqual({
        who: 'server',
        problem:
          'has a certificate that is not trusted (self-signed certificate): NODE_EXTRA_CA_CERTS names a file of further ones',
      });
  });

  it('is no problem where nobody asks for a password, or nobody answers', async () => {
    for (const url of [plain.url, 'redis://127.0.0.1:1', 'redis-cluster://127.0.0.1:1,[::1]:1'])
      expect(await at(url)).toBeUndefined();
  });

  it('is missing for what a user has no right to', async () => {
    const reader = new library.Redis(`redis://reader:mine@127.0.0.1:${locked.port}`);
    const failure = await reader.set('a', '1').catch((error: unknown) => error);
    expect(accessProblem(failure)).toEqual({
      who: 'server',
      problem: "gives its user too few rights (no permissions to run the 'set' command)",
    });
    expect(accessProblem(new Error('OOM command not allowed'))).toBeUndefined();
    reader.disconnect();
  });
});
