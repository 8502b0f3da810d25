import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createClient, GatewayError } from '@catchment/client';

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
