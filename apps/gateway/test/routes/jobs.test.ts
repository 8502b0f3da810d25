import type { RequestStatus } from '@catchment/jobs';
import Fastify from 'fastify';
import { validation } from '../../src/http/validators.ts';
import { answerProblems } from '../../src/problems/problem.ts';
import { jobsRoutes } from '../../src/routes/jobs.ts';

const id = '01234567-89ab-4cde-8f01-23456789abcd';

/** An application with one job, whose status the test changes. */
async function appWith(job: { status: RequestStatus }) {
  const app = Fastify({ ...validation });
  answerProblems(app);
  await app.register(jobsRoutes, {
    status: async (asked) => (asked === id ? job.status : undefined),
    waitsFor: async () => undefined,
    dismiss: async () => undefined,
    list: async () => ({ requests: [] }),
    listedFor: 'all',
    baseOf: () => 'http://here',
    shelf: { getStored: async () => undefined },
    outputsOf: async () => new Map(),
  });
  return (headers: Record<string, string> = {}) => app.inject({ url: `/api/jobs/${id}`, headers });
}

const running: RequestStatus = { id, operation: 'count', state: 'running', createdAt: Date.now() };

it('a status that says nothing new is not sent again', async () => {
  const job = { status: running };
  const ask = await appWith(job);
  const first = await ask();
  const etag = first.headers.etag as string;
  expect([first.statusCode, etag]).toEqual([200, expect.stringMatching(/^W\/"[\w-]{22}"$/)]);
  const again = await ask({ 'if-none-match': etag });
  expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
  job.status = { ...running, tiles: { done: 1, planned: 4, tallied: 0 } };
  const later = await ask({ 'if-none-match': etag });
  expect([later.statusCode, later.json().progress]).toEqual([200, 25]);
  expect(later.headers.etag).not.toBe(etag);
});

it('a status says when to ask again, later of a job that takes long, and no more after its end', async () => {
  const job = { status: running };
  const ask = await appWith(job);
  const { headers } = await ask();
  expect(headers).toMatchObject({ 'retry-after': '1', 'cache-control': 'private, no-cache' });
  expect((await ask({ 'if-none-match': String(headers.etag) })).headers).toMatchObject({ 'retry-after': '1' });
  job.status = { ...running, createdAt: Date.now() - 65_000 };
  expect((await ask()).headers).toMatchObject({ 'retry-after': '6' });
  job.status = { ...running, createdAt: Date.now() - 3_600_000 };
  expect((await ask()).headers).toMatchObject({ 'retry-after': '10' });
  job.status = { ...running, state: 'successful', cache: 'hit', result: 'x', finishedAt: Date.now() };
  expect((await ask()).headers).not.toHaveProperty('retry-after');
});
