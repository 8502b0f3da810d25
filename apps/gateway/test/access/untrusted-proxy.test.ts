import Fastify from 'fastify';
import { warnOfUntrustedProxy } from '../../src/access/untrusted-proxy.ts';

it('a proxy that is not trusted is told of once, with what to set', async () => {
  const lines: string[] = [];
  const app = Fastify({ logger: { level: 'warn', stream: { write: (line: string) => void lines.push(line) } } });
  warnOfUntrustedProxy(app);
  app.get('/', async () => 'ok');
  await app.inject({ url: '/' });
  expect(lines).toEqual([]);
  for (let i = 0; i < 3; i++) await app.inject({ url: '/', headers: { 'x-forwarded-for': '192.0.2.1' } });
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
    'requests come through a proxy at 127.0.0.1, whose clients count as one address: name it in TRUST_PROXY',
  ]);
  await app.close();
});
