import Fastify, { type FastifyInstance } from 'fastify';
import { allowOrigins } from '../../src/access/cross-origin.ts';
import { refuseMethods } from '../../src/http/methods.ts';
import { answerProblems, ProblemError } from '../../src/problems/problem.ts';

async function appFor(origins: string): Promise<FastifyInstance> {
  const app = Fastify();
  await allowOrigins(app, origins);
  answerProblems(app);
  refuseMethods(app);
  app.addHook('onRequest', async ({ headers }) => {
    if (headers.authorization === 'wrong') throw new ProblemError(401, 'wrong key');
  });
  for (const url of ['/api/jobs/:id', '/admin/cache']) app.delete(url, async () => 'done');
  app.get('/api', async () => 'api');
  return app;
}

const origin = 'https://maps.example';
const preflight = { origin, 'access-control-request-method': 'DELETE', 'access-control-request-headers': 'x-api-key' };

it('a page of any site may use the public routes, without cookies', async () => {
  const app = await appFor('*');
  const asked = await app.inject({ url: '/api/jobs/1', method: 'OPTIONS', headers: preflight });
  expect([asked.statusCode, asked.headers]).toMatchObject([
    204,
    {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, POST, DELETE',
      'access-control-allow-headers': 'x-api-key',
    },
  ]);
  const { headers } = await app.inject({ url: '/api', headers: { origin } });
  expect(headers['access-control-allow-origin']).toBe('*');
  expect(headers['access-control-expose-headers']).toMatch(/catchment-cache.*etag.*location.*retry-after/);
  expect(headers).not.toHaveProperty('access-control-allow-credentials');
  // One answer for all sites is one answer in caches.
  expect(headers).not.toHaveProperty('vary');
});

it('a page may read why it was refused', async () => {
  const app = await appFor('*');
  const refused = await app.inject({ url: '/api', headers: { origin, authorization: 'wrong' } });
  expect([refused.statusCode, refused.headers['access-control-allow-origin']]).toEqual([401, '*']);
  const nothing = await app.inject({ url: '/nothing', headers: { origin } });
  expect([nothing.statusCode, nothing.headers['access-control-allow-origin']]).toEqual([404, '*']);
  expect(nothing.json()).toMatchObject({ detail: 'there is nothing at GET /nothing' });
  const wrongMethod = await app.inject({ url: '/api', method: 'DELETE', headers: { origin } });
  expect([wrongMethod.statusCode, wrongMethod.headers['allow']]).toEqual([405, 'GET, HEAD']);
});

it('no page of another site may use the routes of the operator, however it writes their paths', async () => {
  for (const origins of ['*', origin]) {
    const app = await appFor(origins);
    for (const url of ['/admin/cache', '/%61dmin/cache', '//admin/cache', '/admin', '/admin/other?x']) {
      const asked = await app.inject({ url, method: 'OPTIONS', headers: preflight });
      expect([url, asked.statusCode]).toEqual([url, 403]);
      expect(asked.headers).not.toHaveProperty('access-control-allow-origin');
    }
    const { statusCode, headers } = await app.inject({ url: '/admin/cache', method: 'DELETE', headers: { origin } });
    expect(statusCode).toBe(200);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
});

it('an operator may name the sites, or none', async () => {
  const named = await appFor(`https://other.example, ${origin}`);
  const own = await named.inject({ url: '/api', headers: { origin } });
  expect(own.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
  const stranger = await named.inject({ url: '/api', headers: { origin: 'https://evil.example' } });
  expect(stranger.statusCode).toBe(200);
  expect(stranger.headers).not.toHaveProperty('access-control-allow-origin');
  expect(stranger.headers).toMatchObject({ vary: 'Origin' });
  const none = await appFor('none');
  const asked = await none.inject({ url: '/api/jobs/1', method: 'OPTIONS', headers: preflight });
  expect([asked.statusCode, asked.headers['allow']]).toEqual([405, 'DELETE']);
});
