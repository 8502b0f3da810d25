import { Readable } from 'node:stream';
import type { RequestStatus } from '@cellshed/jobs';
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
    shelf: {
      getStored: async () => shelved,
      getNames: async (asked) => (asked === id ? Buffer.from('names') : undefined),
    },
    outputsOf: async () => new Map([['result', shelved]]),
    reader: {
      shown: async (form, { names }) =>
        Readable.from([`shown as ${form}${names ? ` with ${Buffer.from(names)}` : ''}`]),
    },
    hasDocuments: (process) => process === 'count',
  });
  return (headers: Record<string, string> = {}, path = '', method: 'GET' | 'HEAD' = 'GET') =>
    app.inject({ method, url: `/api/jobs/${id}${path}`, headers });
}

const shelved = { bytes: Buffer.from('{"a":1}'), encoding: undefined };

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

describe('the results of a job', () => {
  const ended: RequestStatus = { ...running, state: 'successful', cache: 'hit', result: 'x', finishedAt: Date.now() };
  const results = async (f: string, headers: Record<string, string> = {}, operation = 'count') => {
    const ask = await appWith({ status: { ...ended, operation } });
    return ask(headers, `/results${f && `?f=${f}`}`);
  };

  it('are shown in the form that the query names, or the header Accept', async () => {
    expect((await results('')).body).toBe('{"a":1}');
    expect((await results('json', { accept: 'text/csv' })).body).toBe('{"a":1}');
    const csv = await results('csv');
    expect([csv.body, csv.headers['content-type']]).toEqual(['shown as csv', 'text/csv; charset=utf-8']);
    expect(csv.headers).toMatchObject({
      'content-disposition': 'inline; filename="count-01234567.csv"',
      vary: 'accept, accept-encoding',
      'catchment-cache': 'hit',
    });
    expect((await results('', { accept: 'application/vnd.apache.parquet' })).body).toBe('shown as parquet');
    expect((await results('', { accept: 'application/geo+json, */*;q=0.1' })).body).toBe('shown as geojson');
    expect((await results('', { accept: 'text/html, */*' })).body).toBe('{"a":1}');
    expect((await results('labelled')).headers['content-type']).toMatch(/^application\/json/);
  });

  it('are shown as the execution wanted, unless the query says otherwise, and by a link where it wanted one', async () => {
    const answer = { response: 'raw', outputs: { result: 'value' }, format: 'csv' } as const;
    const wanted = await appWith({ status: { ...ended, answer } });
    for (const path of ['/results', '/results/result'])
      expect((await wanted({ accept: 'application/json' }, path)).body).toBe('shown as csv');
    expect((await wanted({}, '/results?f=json')).body).toBe('{"a":1}');
    const linked = await appWith({ status: { ...ended, answer: { ...answer, outputs: { result: 'reference' } } } });
    const { statusCode, headers } = await linked({}, '/results');
    expect([statusCode, headers.link]).toEqual([
      204,
      [`<http://here/api/jobs/${id}/results/result>; rel=item; type="text/csv"; title="result"`],
    ]);
    expect((await linked({}, '/results/result')).body).toBe('shown as csv');
    expect((await linked({}, '/results?f=parquet')).body).toBe('shown as parquet');
  });

  it('are shown by output in the same forms', async () => {
    const ask = await appWith({ status: ended });
    expect((await ask({}, '/results/result')).body).toBe('{"a":1}');
    expect((await ask({}, '/results/result?f=csv')).body).toBe('shown as csv');
    expect((await ask({ accept: 'application/geo+json' }, '/results/result')).body).toBe('shown as geojson');
    expect((await ask({}, '/results/result?f=xlsx')).statusCode).toBe(400);
    expect((await ask({}, '/results/other?f=csv')).statusCode).toBe(404);
  });

  it('have the names of drawn areas where they are tables', async () => {
    const answer = { response: 'raw', outputs: { result: 'value' }, named: true } as const;
    const ask = await appWith({ status: { ...ended, answer } });
    expect((await ask({}, '/results?f=csv')).body).toBe('shown as csv with names');
    expect((await ask({}, '/results?f=labelled')).body).toBe('shown as labelled');
  });

  it('are not made for HEAD', async () => {
    const app = await appWith({ status: ended });
    const { statusCode, headers, body } = await app({}, '/results?f=csv', 'HEAD');
    expect([statusCode, headers['content-type'], body]).toEqual([200, 'text/csv; charset=utf-8', '']);
  });

  it('are refused in a form that there is not, or that a process does not have', async () => {
    const unknown = await results('xlsx');
    expect([unknown.statusCode, unknown.json().detail]).toEqual([
      400,
      'f: is "xlsx", expected one of json, labelled, csv, parquet, geojson',
    ]);
    const unacceptable = await results('', { accept: 'text/html' });
    expect([unacceptable.statusCode, unacceptable.json().detail]).toEqual([
      406,
      'accept: is "text/html", expected one of application/json, text/csv, application/vnd.apache.parquet, application/geo+json',
    ]);
    const other = await results('csv', {}, 'echo');
    expect([other.statusCode, other.json().detail]).toEqual([
      406,
      'f: is csv, but the results of process echo are no table, expected json',
    ]);
  });
});
