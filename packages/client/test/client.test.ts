import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createClient, GatewayError } from '@cellshed/client';

/** A gateway that answers by method and path. */
function gateway(answers: Readonly<Record<string, readonly [status: number, body: unknown][]>>) {
  const asked: string[] = [];
  const left = Object.fromEntries(Object.entries(answers).map(([path, list]) => [path, [...list]]));
  const fetchLike = (async (url: URL, init: RequestInit = {}) => {
    const key = `${init.method ?? 'GET'} ${url.pathname}`;
    asked.push(init.body ? `${key} ${init.body}` : key);
    const [status, body] = left[key]?.shift() ?? [500, {}];
    return new Response(JSON.stringify(body), { status });
  }) as unknown as typeof fetch;
  return { asked, client: createClient('http://gateway', fetchLike) };
}

it('asks, polls until the job has ended, and reads the result', async () => {
  const { asked, client } = gateway({
    'POST /api/processes/landcover/execution': [[201, { jobID: 'j', status: 'accepted' }]],
    'GET /api/jobs/j': [
      [200, { status: 'running', tiles: { done: 1, planned: 2 } }],
      [200, { status: 'successful' }],
    ],
    'GET /api/jobs/j/results': [[200, { cells: 7 }]],
  });
  const { jobID } = await client.execute('landcover', 'huc12/1');
  const seen: string[] = [];
  await client.untilEnded(jobID, { everyMilliseconds: 1, onStatus: ({ status }) => seen.push(status) });
  expect(await client.results(jobID)).toEqual({ cells: 7 });
  expect(seen).toEqual(['running', 'successful']);
  expect(asked[0]).toBe('POST /api/processes/landcover/execution {"inputs":{"area":"huc12/1"}}');
});

it('says what goes into an operation', async () => {
  const { client } = gateway({ 'GET /api/processes/a%2Fb': [[200, { inputs: { area: {} } }]] });
  expect(await client.describe('a/b')).toEqual({ inputs: { area: {} } });
});

it('tells the rasters, and none where the gateway is older than they are', async () => {
  const rasters = [{ id: 'soil', title: 'Soil', legend: [{ value: 1, label: 'A' }] }];
  const collections: [status: number, body: unknown][] = [
    [200, { collections: [], rasters }],
    [200, { collections: [] }],
  ];
  const { client } = gateway({ 'GET /api/collections': collections });
  expect([await client.rasters(), await client.rasters()]).toEqual([rasters, []]);
});

it('the answer on a well-known area is asked for with what is chosen, and not sent again to who has it', async () => {
  const asked: [path: string, headers: unknown][] = [];
  const responses = [
    new Response('{"cells":7}', { headers: { etag: '"a"' } }),
    new Response(null, { status: 304 }),
    new Response('{"jobID":"j"}', { status: 202 }),
  ];
  const client = createClient('http://gateway', (async (url: URL, init: RequestInit) => {
    asked.push([`${url.pathname}${url.search}`, init.headers]);
    return responses.shift();
  }) as unknown as typeof fetch);
  const choice = { coverage: 'touched', rasters: { a: 'b', c: 'd' }, quantiles: [0.1, 1], month: '07' } as const;
  expect(await client.answer('rain', 'huc/a b/c', choice)).toEqual({ document: { cells: 7 }, etag: '"a"' });
  expect(await client.answer('rain', 'huc/1', {}, { etag: '"a"' })).toEqual({ unchanged: true });
  expect(await client.answer('rain', 'huc/1', {}, { waitSeconds: 5 })).toEqual({ job: { jobID: 'j' } });
  expect(asked).toEqual([
    ['/api/areas/huc/a%20b%2Fc/rain?rasters=a%3Ab%2Cc%3Ad&quantiles=0.1%2C1&coverage=touched&month=07', {}],
    ['/api/areas/huc/1/rain', { 'if-none-match': '"a"' }],
    ['/api/areas/huc/1/rain', { prefer: 'wait=5' }],
  ]);
});

const event = (id: string, status: string) => `id: ${id}\nevent: status\ndata: {"status":"${status}"}\nretry: 1\n\n`;

it('listens until the job has ended, also when a gateway stops in between', async () => {
  const lasts: unknown[] = [];
  const streams = [
    [':\n\n', event('1', 'accepted')],
    [event('2', 'running').slice(0, 30)],
    [],
    [event('2', 'running'), event('3', 'successful')],
  ];
  const client = createClient('http://gateway', (async (_url: URL, init: RequestInit) => {
    lasts.push((init.headers as Record<string, string>)['last-event-id']);
    return new Response(ReadableStream.from((streams.shift() ?? []).map((text) => new TextEncoder().encode(text))));
  }) as unknown as typeof fetch);
  const heard: string[] = [];
  const end = await client.listen('j', { onStatus: ({ status }) => heard.push(status) });
  expect([end.status, heard]).toEqual(['successful', ['accepted', 'running', 'successful']]);
  expect(lasts).toEqual([undefined, '1', '1', '1']);
});

it('gives up a stream that ends again and again, is refused, or is not wanted any more', async () => {
  const none = createClient('http://gateway', (async () => new Response('retry: 1\n\n')) as unknown as typeof fetch);
  await expect(none.listen('j')).rejects.toThrow('has ended 5 times before it began');
  const { client } = gateway({ 'GET /api/jobs/j/events': [[404, { detail: 'there is no job "j"' }]] });
  await expect(client.listen('j')).rejects.toMatchObject({ status: 404 });
  const reason = new Error('enough');
  await expect(none.listen('j', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

it('a refusal is an error with the status and the sentence of the gateway', async () => {
  const { client } = gateway({ 'GET /api/jobs/j': [[404, { detail: 'there is no job "j"' }]] });
  const refused = client.status('j');
  await expect(refused).rejects.toThrow(GatewayError);
  await expect(refused).rejects.toMatchObject({ status: 404, message: 'there is no job "j"' });
});

it('where no gateway listens, the error names the address and the cause', async () => {
  const port = await portWithoutListener();
  const asked = createClient(`http://127.0.0.1:${port}/some/path`).execute('landcover', 'huc12/1');
  await expect(asked).rejects.toThrow(GatewayError);
  await expect(asked).rejects.toMatchObject({
    status: undefined,
    message: `no gateway answers at http://127.0.0.1:${port} (ECONNREFUSED)`,
  });
});

it('where a browser does not say why, the error says what the browser says', async () => {
  const fetchLike = () => Promise.reject(new TypeError('Failed to fetch'));
  await expect(createClient('http://gateway', fetchLike).status('j')).rejects.toThrow(
    'no gateway answers at http://gateway (Failed to fetch)',
  );
});

it('polling stops when it is told to', async () => {
  const { client } = gateway({ 'GET /api/jobs/j': [[200, { status: 'running' }]] });
  const stop = new AbortController();
  const onStatus = () => stop.abort(new Error('enough'));
  await expect(client.untilEnded('j', { everyMilliseconds: 60_000, onStatus, signal: stop.signal })).rejects.toThrow(
    'enough',
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
