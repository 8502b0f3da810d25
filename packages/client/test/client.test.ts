import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createClient, GatewayError } from '@cellshed/client';

type Answer = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>];

/** A gateway that answers each request with the next of the answers that it has for the path. */
function gateway(answers: Readonly<Record<string, readonly Answer[]>>) {
  const asked: string[] = [];
  const left = Object.fromEntries(Object.entries(answers).map(([path, list]) => [path, [...list]]));
  const fetchLike = async (url: URL, { method = 'GET', headers = {}, body }: RequestInit = {}) => {
    const { prefer, 'if-none-match': etag } = headers as Record<string, string>;
    asked.push([method, url.pathname + url.search, prefer, etag, body].filter(Boolean).join(' '));
    const [status, document, answered = {}] = left[`${method} ${url.pathname}`]?.shift() ?? [500, {}];
    return new Response(status === 304 ? null : JSON.stringify(document), { status, headers: answered });
  };
  return { asked, client: createClient('http://gateway', { fetch: fetchLike as typeof fetch }) };
}

it('asks for an operation, and has its job or its result', async () => {
  const { asked, client } = gateway({
    'POST /api/processes/a%2Fb/execution': [
      [201, { jobID: 'j' }],
      [201, { jobID: 'k' }],
      [200, { cells: 7 }, { 'catchment-cache': 'hit' }],
    ],
  });
  const inputs = { area: 'huc12/1' };
  expect(await client.execute('a/b', inputs)).toEqual({ jobID: 'j' });
  expect(await client.execute('a/b', inputs, { waitSeconds: 5 })).toEqual({ job: { jobID: 'k' } });
  expect(await client.execute('a/b', inputs, { waitSeconds: 5 })).toEqual({ result: { cells: 7 }, cache: 'hit' });
  expect(asked).toEqual(
    ['respond-async', 'wait=5', 'wait=5'].map(
      (prefer) => `POST /api/processes/a%2Fb/execution ${prefer} {"inputs":{"area":"huc12/1"}}`,
    ),
  );
});

it('waits for what it asks', async () => {
  const { client } = gateway({
    'POST /api/processes/landcover/execution': [[201, { jobID: 'j', status: 'accepted' }]],
    'GET /api/jobs/j': [
      [200, { status: 'running' }],
      [200, { status: 'successful' }],
    ],
    'GET /api/jobs/j/results': [[200, { cells: 7 }]],
  });
  const seen: string[] = [];
  const onStatus = ({ status }: { status: string }) => seen.push(status);
  expect(await client.ask('landcover', { area: 'huc12/1' }, { everyMilliseconds: 1, onStatus })).toEqual({ cells: 7 });
  expect(seen).toEqual(['running', 'successful']);
});

it('dismisses what it asked when nobody waits for it any more', async () => {
  const { asked, client } = gateway({
    'POST /api/processes/landcover/execution': [[201, { jobID: 'j', status: 'accepted' }]],
    'GET /api/jobs/j': [[200, { status: 'running' }]],
    'DELETE /api/jobs/j': [[200, {}]],
  });
  const stop = new AbortController();
  const reason = new Error('enough');
  const waiting = { everyMilliseconds: 60_000, onStatus: () => stop.abort(reason), signal: stop.signal };
  await expect(client.ask('landcover', { area: 'huc12/1' }, waiting)).rejects.toBe(reason);
  expect(asked.at(-1)).toBe('DELETE /api/jobs/j');
});

it('has the answer on a well-known area, what it has already, or a job', async () => {
  const { asked, client } = gateway({
    'GET /api/areas/huc/a%20b%2Fc/rain': [[200, { cells: 7 }, { etag: '"a"', 'catchment-cache': 'stale' }]],
    'GET /api/areas/huc/1/rain': [
      [304, null],
      [202, { jobID: 'j' }],
    ],
  });
  const choice = { coverage: 'touched', rasters: { a: 'b', c: 'd' }, quantiles: [0.1, 1], month: '07' } as const;
  const answer = { result: { cells: 7 }, etag: '"a"', cache: 'stale' };
  expect(await client.answer('rain', 'huc/a b/c', choice)).toEqual(answer);
  expect(await client.answer('rain', 'huc/1', {}, { etag: '"a"' })).toEqual({ unchanged: true });
  expect(await client.answer('rain', 'huc/1', {}, { waitSeconds: 5 })).toEqual({ job: { jobID: 'j' } });
  expect(asked).toEqual([
    'GET /api/areas/huc/a%20b%2Fc/rain?rasters=a%3Ab%2Cc%3Ad&coverage=touched&quantiles=0.1%2C1&month=07',
    'GET /api/areas/huc/1/rain "a"',
    'GET /api/areas/huc/1/rain wait=5',
  ]);
  expect(client.answerUrl('rain', 'huc/1', { month: '07', f: 'csv' })).toBe(
    'http://gateway/api/areas/huc/1/rain?month=07&f=csv',
  );
});

it('has tables of jobs, and of answers also where they are still to be computed', async () => {
  const { asked, client } = gateway({
    'GET /api/jobs/j/results': [
      [200, 'rows of j'],
      [200, 'rows of the answer'],
    ],
    'GET /api/areas/huc/1/change': [
      [200, 'rows at once'],
      [202, { jobID: 'j', status: 'accepted' }],
    ],
    'GET /api/jobs/j': [[200, { jobID: 'j', status: 'successful' }]],
  });
  const source = { operation: 'change', area: 'huc/1', choices: { coverage: 'touched' } } as const;
  const options = { rows: 'classes', everyMilliseconds: 1 } as const;
  const texts = [client.table('j', 'csv'), client.table(source, 'labelled'), client.table(source, 'csv', options)];
  const read = async (table: Promise<Response>) => (await table).json();
  expect(await read(texts[0]!)).toBe('rows of j');
  expect(await Promise.all(texts.slice(1).map(read))).toEqual(['rows at once', 'rows of the answer']);
  expect(asked).toEqual(
    expect.arrayContaining([
      'GET /api/areas/huc/1/change?coverage=touched&f=labelled wait=2',
      'GET /api/jobs/j/results?f=csv&rows=classes',
    ]),
  );
});

it('finds areas, and reads those of a file', async () => {
  const { asked, client } = gateway({
    'GET /api/collections/huc%2012/items': [[200, { features: [] }]],
    'GET /api/collections/huc/items/a%2Fb': [[200, { id: 'a/b' }]],
    'GET /api/collections': [[200, { collections: [{ id: 'huc' }], rasters: [{ id: 'soil' }] }]],
    'POST /api/areas/convert': [[200, { features: [1] }]],
    'GET /api/rasters': [[200, { rasters: [{ id: 'soil', minzoom: 3 }] }]],
  });
  expect(await client.areas('huc 12', { bbox: [1, 2, 3, 4], q: 'ä', limit: undefined })).toEqual({ features: [] });
  expect(await client.area('huc/a/b')).toEqual({ id: 'a/b' });
  expect(await client.collections()).toEqual([{ id: 'huc' }]);
  expect(await client.mappedRasters()).toEqual([{ id: 'soil', minzoom: 3 }]);
  expect(await client.convert(new Uint8Array([80, 75]), { layer: 'a' })).toEqual({ features: [1] });
  expect(asked).toEqual([
    'GET /api/collections/huc%2012/items?bbox=1%2C2%2C3%2C4&q=%C3%A4',
    'GET /api/collections/huc/items/a%2Fb',
    'GET /api/collections',
    'GET /api/rasters',
    'POST /api/areas/convert?layer=a 80,75',
  ]);
});

it('lists the operations', async () => {
  const { client } = gateway({ 'GET /api/processes': [[200, { processes: [{ id: 'rain' }], links: [] }]] });
  expect(await client.processes()).toEqual([{ id: 'rain' }]);
});

it('tells the rasters, and none where the gateway is older than they are', async () => {
  const rasters = [{ id: 'soil', title: 'Soil', legend: [{ value: 1, label: 'A' }] }];
  const { client } = gateway({
    'GET /api/collections': [
      [200, { rasters }],
      [200, { collections: [] }],
    ],
  });
  expect([await client.rasters(), await client.rasters()]).toEqual([rasters, []]);
});

it('a refusal is an error with the status, the sentence of the gateway and the time to wait', async () => {
  const { client } = gateway({
    'GET /api/jobs/j': [
      [429, { detail: 'too many' }, { 'retry-after': '7' }],
      [502, {}],
    ],
  });
  const refused = client.status('j');
  await expect(refused).rejects.toThrow(GatewayError);
  await expect(refused).rejects.toMatchObject({ status: 429, message: 'too many', detail: 'too many' });
  await expect(refused).rejects.toMatchObject({ retryAfterSeconds: 7 });
  await expect(client.status('j')).rejects.toMatchObject({
    ...{ status: 502, message: '502 from /api/jobs/j', detail: undefined, retryAfterSeconds: undefined },
  });
});

it('asks a gateway behind a path, with a key', async () => {
  const asked: unknown[] = [];
  const fetchLike = async (url: URL, { headers }: RequestInit) => {
    asked.push([String(url), headers]);
    return new Response('{}');
  };
  await createClient(new URL('https://gis.example.org/catchment/'), { key: 'k', fetch: fetchLike as never }).status(
    'j',
  );
  expect(asked).toEqual([['https://gis.example.org/catchment/api/jobs/j', { authorization: 'Bearer k' }]]);
});

it('where no gateway listens, the error names the address and the cause', async () => {
  const port = await portWithoutListener();
  const asked = createClient(`http://127.0.0.1:${port}/some/path`).execute('landcover', { area: 'huc12/1' });
  await expect(asked).rejects.toThrow(GatewayError);
  await expect(asked).rejects.toMatchObject({
    status: undefined,
    message: `no gateway answers at http://127.0.0.1:${port} (ECONNREFUSED)`,
  });
});

it('where a browser does not say why, the error says what the browser says', async () => {
  const fetchLike = () => Promise.reject(new TypeError('Failed to fetch'));
  await expect(createClient('http://gateway', { fetch: fetchLike }).status('j')).rejects.toThrow(
    'no gateway answers at http://gateway (Failed to fetch)',
  );
});

async function portWithoutListener(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
