import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobListDocument, ProcessDescription, StatusDocument } from '@cellshed/client';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { writeConstantRaster } from '../../../test/constant-raster.ts';
import { gatewayReady, type Running, startCatchment, workerReady } from '../../../test/processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-processes-'));
const file = (name: string) => join(folder, name);
const token = 'sixteen-letters!';
let redis: PrivateRedis;
/** A gateway that is open and synchronous by default. */
let open: Running;
/** A gateway with default settings; no worker takes its jobs. */
let closed: Running;
let worker: Running;

beforeAll(async () => {
  writeConstantRaster(file('a.tif'), { across: 2, down: 2, originX: -15_015, originY: 1_500_015, value: 1 });
  const corners = [
    [-96, 36.4],
    [-95.9, 36.4],
    [-95.9, 36.45],
    [-96, 36.4],
  ];
  const feature = { type: 'Feature', properties: { huc: '01' }, geometry: { type: 'Polygon', coordinates: [corners] } };
  writeFileSync(file('huc.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  const operations = ['a', 'b', 'c'].map((name) => `${name}: { type: groupedCount, rasters: [a] }`).join(', ');
  writeFileSync(
    file('catalog.yaml'),
    `rasters: { a: { url: a.tif, title: Cover, units: kinds, legend: { 2: Wood, 1: { label: Water, color: "#0000ff" } } } }\noperations: { ${operations} }\nareas: { huc: { source: huc.geojson, id: huc } }\n`,
  );
  redis = await startRedis();
  const env = {
    QUEUE_REDIS_URL: redis.url,
    CACHE_URL: 'file:./results',
    CATCHMENT_CATALOG: file('catalog.yaml'),
    PORT: '0',
    COUNT_THREADS: '1',
  };
  const all = { ECHO_PROCESS: 'true', JOB_LIST: 'all', DEFAULT_EXECUTION: 'sync', CELL_LIMIT: '1000' };
  [open, closed, worker] = await Promise.all([
    startCatchment(['gateway'], { ...env, ...all }, gatewayReady),
    startCatchment(['gateway'], { ...env, QUEUE_PREFIX: '{idle}', ADMIN_TOKEN: token }, gatewayReady),
    startCatchment(['worker'], env, workerReady),
  ]);
});

afterAll(async () => {
  await Promise.all([open, closed, worker].map((one) => one.stop('SIGKILL')));
  await redis.stop();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown> & {
    readonly links?: readonly { readonly rel: string; readonly href: string }[];
  };
}

async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = /^application\/[^;]*json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, json: isJson && text ? JSON.parse(text) : {} };
}

const api = (path = '') => `${open.said}/api${path}`;
const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
const execute = (process: string, body: unknown, headers?: Record<string, string>) =>
  post(api(`/processes/${process}/execution`), body, headers);
const linkOf = ({ json }: Answer, rel: string) => json.links?.find((link) => link.rel === rel)?.href;
const area = { inputs: { area: 'huc/01' } };
const counted = { operation: 'a', area: 'huc/01', covered: 1, groups: [{ values: [1], cells: expect.any(Number) }] };

it('a slash at the end of a path means nothing, for whatever method', async () => {
  const paths = ['/processes', '/processes/a', '/collections', '/collections/huc/items', '/collections/huc/items/01'];
  for (const path of ['', '/conformance', '/openapi.json', ...paths]) {
    const [without, withSlash] = [await ask(api(path)), await ask(api(`${path}/`))];
    const timeless = ({ timeStamp: _time, ...json }: Answer['json']) => json;
    expect([path, withSlash.status, timeless(withSlash.json)]).toEqual([path, 200, timeless(without.json)]);
  }
  expect((await ask(`${api('/processes')}/?limit=1`)).json.processes).toHaveLength(1);
  expect((await post(api('/processes/a/execution/'), area)).json).toMatchObject(counted);
  const refused = await ask(api('/processes/'), { method: 'PUT' });
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect((await ask(api('//'))).status).toBe(404);
});

it('who opens the address of the gateway is led to the API', async () => {
  const { status, headers } = await ask(open.said, { redirect: 'manual' });
  expect([status, headers.get('location')]).toEqual([303, api()]);
});

it('the definition of the API has the media type of its link, in the very spelling by which GDAL knows it', async () => {
  const { json } = await ask(api());
  const link = json.links?.find(({ rel }) => rel === 'service-desc') as { href: string; type?: string };
  const definition = await ask(link.href);
  const type = 'application/vnd.oai.openapi+json;version=3.0';
  expect([link.type, definition.headers.get('content-type'), definition.json.openapi]).toEqual([type, type, '3.0.3']);
});

it('the landing page has the limits of the service', async () => {
  expect((await ask(api())).json.limits).toEqual({ areaVertices: 250_000, cells: 1000 });
});

it('every link of the landing page leads to what it says', async () => {
  const landing = await ask(api());
  const register = 'http://www.opengis.net/def/rel/ogc/1.0/';
  const follow = (rel: string) => ask(linkOf(landing, rel) as string);
  expect((await follow('service-desc')).json).toMatchObject({ openapi: expect.stringMatching(/^3\.0/) });
  const conformance = await follow(`${register}conformance`);
  expect(conformance.json.conformsTo).toEqual([
    ...['core', 'ogc-process-description', 'json', 'oas30', 'job-list', 'dismiss'].map(
      (name) => `http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/${name}`,
    ),
    ...['core', 'geojson', 'oas30'].map((name) => `http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/${name}`),
  ]);
  // OGC API – Features has plain names for the same.
  expect((await follow('conformance')).json).toEqual(conformance.json);
  expect((await follow('data')).json).toHaveProperty('collections');
  expect((await follow(`${register}processes`)).json).toHaveProperty('processes');
  expect((await follow(`${register}job-list`)).json).toHaveProperty('jobs');
  expect((await follow(`${register}data`)).json).toHaveProperty('collections');
});

it('the description keeps to the words of OpenAPI 3.0', async () => {
  const { text } = await ask(api('/openapi.json'));
  expect(text).not.toMatch(/"(const|\$id|patternProperties|contentMediaType)":|"examples":\[|"type":"null"/);
});

it('the processes come in pages, and links lead through them and back', async () => {
  const ids = (page: Answer) => (page.json.processes as { id: string }[]).map(({ id }) => id);
  const all = ids(await ask(api('/processes')));
  expect(all).toEqual(expect.arrayContaining(['a', 'b', 'c', 'echo']));
  expect(linkOf(await ask(api(`/processes?limit=${all.length}`)), 'next')).toBe(undefined);
  const first = await ask(api('/processes?limit=3'));
  const second = await ask(linkOf(first, 'next') as string);
  expect([ids(first), ids(second)]).toEqual([all.slice(0, 3), all.slice(3)]);
  expect([linkOf(second, 'next'), ids(await ask(linkOf(second, 'prev') as string))]).toEqual([
    undefined,
    all.slice(0, 3),
  ]);
});

it('a description says what goes in and what comes out; the modes are those of the settings', async () => {
  const described = (await ask(api('/processes/a'))).json as unknown as ProcessDescription;
  expect(described.jobControlOptions).toEqual(['sync-execute', 'async-execute', 'dismiss']);
  // In place of an area, a table may be named, with the areas of it that are meant.
  const { area: oneArea, areas, by } = described.inputs;
  expect(oneArea).toMatchObject({ minOccurs: 0, maxOccurs: 1, schema: { oneOf: expect.any(Array) } });
  expect(areas).toMatchObject({ minOccurs: 0, schema: { enum: ['huc'] } });
  expect(by).toMatchObject({ minOccurs: 0, schema: { type: 'string' } });
  const { anyOf: [result] = [] } = described.outputs.result?.schema as { anyOf?: object[] };
  expect(result).toMatchObject({ required: expect.arrayContaining(['cells', 'groups']) });
  const byDefault = (await ask(`${closed.said}/api/processes/a`)).json as unknown as ProcessDescription;
  expect(byDefault.jobControlOptions).toEqual(['async-execute', 'dismiss']);
});

it('titles, units and legends of rasters are told with the processes that count them, and beside the collections', async () => {
  const legend = [
    { value: 1, label: 'Water', color: '#0000ff' },
    { value: 2, label: 'Wood' },
  ];
  const rasters = [{ id: 'a', title: 'Cover', units: 'kinds', legend }];
  expect((await ask(api('/processes/a'))).json.rasters).toEqual(rasters);
  const { json } = await ask(api('/collections'));
  expect(json).toMatchObject({ collections: [{ id: 'huc', title: 'huc' }], rasters });
  // The list is a summary.
  const [first] = (await ask(api('/processes'))).json.processes as object[];
  expect(first).not.toHaveProperty('rasters');
});

it('what is not there is told by the exceptions of the standard', async () => {
  const type = (name: string) => `http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/${name}`;
  const process = await ask(api('/processes/nope'));
  expect([process.status, process.json.type]).toEqual([404, type('no-such-process')]);
  expect((await execute('nope', area)).json.type).toBe(type('no-such-process'));
  for (const path of ['', '/results', '/results/result']) {
    const job = await ask(api(`/jobs/00000000-0000-4000-8000-000000000000${path}`));
    expect([job.status, job.json.type]).toEqual([404, type('no-such-job')]);
  }
  const { json } = await execute('echo', { inputs: { string: 'x', pause: 60 } }, { prefer: 'respond-async' });
  const early = await ask(api(`/jobs/${json.jobID}/results`));
  expect([early.status, early.json.type]).toEqual([404, type('result-not-ready')]);
  expect(early.headers.get('content-type')).toMatch('application/problem+json');
});

describe('an execution', () => {
  it('is synchronous where the process says so and nothing is preferred, with a link to its job', async () => {
    const answer = await execute('a', area);
    expect([answer.status, answer.json]).toEqual([200, expect.objectContaining(counted)]);
    const monitor = /<([^>]+)>; rel=monitor/.exec(answer.headers.get('link') ?? '')?.[1] as string;
    expect(monitor).toBe(answer.headers.get('location'));
    expect((await ask(monitor)).json).toMatchObject({ status: 'successful', processID: 'a', progress: 100 });
  });

  it('is asynchronous where that is preferred, and where the process is no other', async () => {
    const preferred = await execute('a', area, { prefer: 'respond-async' });
    expect([preferred.status, preferred.headers.get('preference-applied')]).toEqual([201, 'respond-async']);
    const byDefault = await post(`${closed.said}/api/processes/a/execution`, area);
    expect([byDefault.status, byDefault.json.status]).toEqual([201, 'accepted']);
    expect(byDefault.headers.get('location')).toBe(`${closed.said}/api/jobs/${byDefault.json.jobID}`);
  });

  it('takes its area as a value, qualified, or as a link to an area of this gateway', async () => {
    const value = { value: 'huc/01' };
    const href = { href: api('/collections/huc/items/01'), type: 'application/geo+json' };
    for (const given of [value, href]) {
      expect((await execute('a', { inputs: { area: given } })).json).toMatchObject(counted);
    }
    const elsewhere = await execute('a', { inputs: { area: { href: 'http://127.0.0.1:1/a.geojson' } } });
    expect([elsewhere.status, elsewhere.json.detail]).toEqual([
      400,
      expect.stringMatching(/^inputs\.area\.href: is "http:\/\/127/),
    ]);
  });

  it('answers one output raw, in a document, or by a link', async () => {
    const reference = { outputs: { result: { transmissionMode: 'reference' } } };
    const document = { response: 'document' };
    expect((await execute('a', { ...area, outputs: { result: {} }, response: 'raw' })).json).toMatchObject(counted);
    expect((await execute('a', { ...area, ...document })).json).toEqual({
      result: { mediaType: 'application/json', value: expect.objectContaining(counted) },
    });
    const linked = await execute('a', { ...area, ...document, ...reference });
    const { href } = linked.json.result as { href: string };
    expect([linked.json, (await ask(href)).json]).toEqual([
      { result: { href, type: 'application/json' } },
      expect.objectContaining(counted),
    ]);
    const empty = await execute('a', { ...area, ...reference });
    const item = /<([^>]+)>; rel=item/.exec(empty.headers.get('link') ?? '')?.[1] as string;
    expect([empty.status, empty.text, (await ask(item)).json]).toEqual([204, '', expect.objectContaining(counted)]);
  });

  it('answers several outputs, raw, in a part for each, those by reference with their place alone', async () => {
    const outputs = { string: {}, number: { transmissionMode: 'reference' }, object: {} };
    const answer = await execute('echo', { inputs: { string: 'é', number: 3, object: { a: [1] } }, outputs });
    const boundary = /multipart\/related; boundary="?([^";]+)/.exec(answer.headers.get('content-type') ?? '')?.[1];
    const parts = answer.text.split(`--${boundary}`);
    expect([parts.length, parts[0], parts.at(-1)]).toEqual([5, '', '--\r\n']);
    const [text, number, object] = parts.slice(1, -1).map((part) => part.split('\r\n\r\n'));
    expect([text?.[0], text?.[1]]).toEqual([expect.stringContaining('Content-ID: <string>'), '"é"\r\n']);
    const place = /Content-Location: (\S+)/.exec(number?.[0] ?? '')?.[1] as string;
    expect([number?.[1], (await ask(place)).text]).toEqual(['\r\n', '3']);
    expect(object?.[1]).toBe('{"a":[1]}\r\n');
  });

  it('gives everything back under the ids it came with, in a document', async () => {
    const inputs = {
      string: 'x',
      number: 1.5,
      boolean: false,
      date: '2026-11-21',
      choice: 'two',
      array: [1, 2],
      bbox: { bbox: [1, 2, 3, 4] },
    };
    const { json } = await execute('echo', { inputs, response: 'document' });
    expect(json).toEqual({ ...inputs, bbox: { mediaType: 'application/json', value: inputs.bbox } });
  });

  it.each([
    [{ outputs: { nope: {} } }, /^outputs\.nope: is not known here$/],
    [
      { outputs: { result: { transmissionMode: 'ref' } } },
      /^outputs\.result\.transmissionMode: is "ref", expected one of value, reference$/,
    ],
    [{ response: 'zip' }, /^response: is "zip", expected one of raw, document$/],
    [{ mode: 'sync' }, /^mode: is not known here$/],
    [{ subscriber: { successUri: 'http://example.org' } }, /^subscriber: is not known here$/],
    [
      { outputs: { result: { format: { mediaType: 'text/xml' } } } },
      /^outputs\.result\.format\.mediaType: is "text\/xml"/,
    ],
    [
      { response: 'document', outputs: { result: { format: { mediaType: 'text/csv' } } } },
      /^outputs\.result\.format\.mediaType: is "text\/csv", but response is document, which is JSON; expected raw$/,
    ],
  ])('with %j is refused, naming path and value', async (more, detail) => {
    const answer = await execute('a', { ...area, ...more });
    expect([answer.status, answer.json.detail]).toEqual([400, expect.stringMatching(detail)]);
  });
});

it('a job is polled to its end and its results have the form that was asked for', async () => {
  const { headers } = await execute('a', { ...area, response: 'document' }, { prefer: 'respond-async' });
  let status = await ask(headers.get('location') as string);
  while (['accepted', 'running'].includes(status.json.status as string))
    status = await ask(linkOf(status, 'self') as string);
  expect(status.json).toMatchObject({ status: 'successful', type: 'process', started: expect.any(String) });
  const results = await ask(linkOf(status, 'http://www.opengis.net/def/rel/ogc/1.0/results') as string);
  expect(results.json).toEqual({ result: { mediaType: 'application/json', value: expect.objectContaining(counted) } });
});

it('a job says which workers it waits for, as long as none has taken it', async () => {
  const { json } = await post(`${closed.said}/api/processes/a/execution`, area);
  const look = async () => (await ask(`${closed.said}/api/jobs/${json.jobID}`)).json;
  while ((await look()).waitsFor === undefined);
  expect(await look()).toMatchObject({ status: 'accepted', waitsFor: 'start' });
  const { json: done } = await execute('a', area, { prefer: 'respond-async' });
  while ((await ask(api(`/jobs/${done.jobID}`))).json.status !== 'successful');
  expect((await ask(api(`/jobs/${done.jobID}`))).json).not.toHaveProperty('waitsFor');
});

it('a dismissed job says so, leads up to the jobs, and has no results', async () => {
  const { headers } = await execute('echo', { inputs: { string: 'x', pause: 60 } }, { prefer: 'respond-async' });
  const job = headers.get('location') as string;
  const dismissed = await ask(job, { method: 'DELETE' });
  expect([dismissed.status, dismissed.json.status]).toEqual([200, 'dismissed']);
  expect(linkOf(dismissed, 'up')).toBe(api('/jobs'));
  expect((await ask(job)).json.status).toBe('dismissed');
  expect((await ask(`${job}/results`)).status).toBe(410);
});

describe('the list of jobs', () => {
  const listed = async (url: string) => (await ask(url)).json as unknown as JobListDocument;
  const everyPage = async (query: string) => {
    const found: StatusDocument[] = [];
    let next: string | undefined = api(`/jobs?limit=2&${query}`);
    while (next) {
      const page: JobListDocument = await listed(next);
      expect(page.jobs.length).toBeLessThanOrEqual(2);
      found.push(...page.jobs);
      next = page.links.find(({ rel }) => rel === 'next')?.href;
    }
    return found;
  };

  it('leads by its links through all jobs that fit, each once', async () => {
    const asked = await Promise.all(
      Array.from({ length: 5 }, (_, number) => execute('echo', { inputs: { number }, outputs: {} })),
    );
    const ids = asked.map(({ headers }) => headers.get('location')?.split('/').at(-1));
    const found = await everyPage('processID=echo,b&status=successful&type=process');
    expect(found.map(({ jobID }) => jobID)).toEqual(expect.arrayContaining(ids));
    expect(new Set(found.map(({ jobID }) => jobID)).size).toBe(found.length);
    expect(found.every(({ processID, status }) => processID === 'echo' && status === 'successful')).toBe(true);
    expect(await everyPage('processID=b')).toEqual([]);
    expect(await everyPage('datetime=../2026-01-01T00:00:00Z')).toEqual([]);
    expect((await everyPage('datetime=2026-01-01T00:00:00Z/..&minDuration=0&maxDuration=50')).length).toBeGreaterThan(
      5,
    );
  });

  it.each([
    ['status=done', /^status\.0: is "done", expected one of accepted, running/],
    ['limit=0', /^limit: /],
    ['datetime=today', /^datetime: is "today", expected a time/],
    ['owner=me', /^owner: is not known here$/],
  ])('refuses %s, naming it', async (query, detail) => {
    const answer = await ask(api(`/jobs?${query}`));
    expect([answer.status, answer.json.detail]).toEqual([400, expect.stringMatching(detail)]);
  });

  it('is for the operator alone unless he opens it', async () => {
    const with_ = (authorization?: string) =>
      ask(`${closed.said}/api/jobs`, authorization === undefined ? {} : { headers: { authorization } });
    expect([(await with_()).status, (await with_('Bearer no')).status]).toEqual([401, 401]);
    const { json } = await post(`${closed.said}/api/processes/a/execution`, area);
    const seen = (await with_(`Bearer ${token}`)).json as unknown as JobListDocument;
    expect(seen.jobs).toContainEqual(expect.objectContaining({ jobID: json.jobID, status: 'accepted' }));
  });
});

it('methods that a path does not take are 405 with those that it does', async () => {
  for (const [method, path, allowed] of [
    ['PUT', '/jobs', 'GET, HEAD'],
    ['GET', '/processes/a/execution', 'POST'],
    ['PATCH', '/jobs/x', 'DELETE, GET, HEAD'],
  ] as const) {
    const answer = await ask(api(path), { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allowed]);
  }
  expect((await ask(api('/nothing'), { method: 'PUT' })).status).toBe(404);
});

it('problems are plain JSON for who accepts that alone', async () => {
  const type = async (accept: string) =>
    (await ask(api('/processes/nope'), { headers: { accept } })).headers.get('content-type');
  expect(await type('application/json')).toMatch(/^application\/json/);
  expect(await type('application/json, */*')).toMatch(/^application\/problem\+json/);
  expect(await type('application/problem+json, application/json')).toMatch(/^application\/problem\+json/);
});

it('no link is made of a Host that is not known, and the log says how to have whole ones', async () => {
  const { hostname, port } = new URL(open.said);
  const asked = (path: string, body?: unknown) =>
    new Promise<string>((resolve, reject) => {
      const headers = { host: 'evil.example', 'content-type': 'application/json', prefer: 'respond-async' };
      const method = body === undefined ? 'GET' : 'POST';
      request({ hostname, port, path, method, headers }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve(`${JSON.stringify(response.headers)}\n${text}`));
      })
        .on('error', reject)
        .end(body && JSON.stringify(body));
    });
  const paths = ['/', '/api', '/api/processes', '/api/collections', '/api/collections/huc/items', '/api/jobs'];
  const answers = [...(await Promise.all(paths.map((path) => asked(path))))];
  answers.push(await asked('/api/processes/a/execution', area));
  for (const answer of answers) expect(answer).not.toContain('evil.example');
  expect(answers.at(-1)).toMatch(/"location":"\/api\/jobs\/[0-9a-f-]{36}"/);
  expect(open.output().match(/PUBLIC_URL or ALLOWED_HOSTS/g)).toHaveLength(1);
});
