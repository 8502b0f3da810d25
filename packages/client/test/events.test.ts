import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient, GatewayError } from '@cellshed/client';
import { jest } from '@jest/globals';
import { lastEvent } from '../src/events.ts';

const events = { 'content-type': 'text/event-stream' };
const event = (id: string, status: string) =>
  `id: ${id}\nevent: status\ndata: {"status":"${status}","title":"ä"}\nretry: 1\n\n`;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A gateway that answers one request after the other. It hears the last event of each client. */
async function gateway(...answers: readonly ((response: ServerResponse) => unknown)[]) {
  const lasts: unknown[] = [];
  const left = [...answers];
  server = createServer((request, response) => {
    lasts.push(request.url?.endsWith('/events') ? request.headers['last-event-id'] : request.url);
    left.shift()?.(response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { lasts, client: createClient(url), open: openerOf(url) };
}

/** Opens the events of a job as the client does. */
function openerOf(url: string) {
  return async (_last: string | undefined, signal: AbortSignal) => {
    const response = await fetch(`${url}/api/jobs/j/events`, { signal });
    if (!response.ok) throw new GatewayError(response.status, 'refused');
    return response;
  };
}

const streamOf = (...pieces: readonly (string | Uint8Array)[]) => {
  return (response: ServerResponse) => {
    response.writeHead(200, events);
    for (const piece of pieces) response.write(piece);
    response.end();
  };
};
const json =
  (status: number, body: object, headers = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const ended = json(200, { status: 'successful' });

it('listens until the job has ended, also when a gateway stops in between', async () => {
  const running = Buffer.from(event('2', 'running'));
  const inLetter = running.indexOf('ä') + 1;
  const { client, lasts } = await gateway(
    streamOf(':\n\n', event('1', 'accepted')),
    streamOf(running.subarray(0, 30)),
    (response) => response.destroy(),
    streamOf(running.subarray(0, inLetter), running.subarray(inLetter), event('3', 'successful')),
  );
  const heard: string[] = [];
  const end = await client.wait('j', { onStatus: ({ status }) => heard.push(status) });
  expect([end.status, heard]).toEqual(['successful', ['accepted', 'running', 'successful']]);
  expect(lasts.slice(0, 2)).toEqual([undefined, '1']);
});

it.each([
  ['there is no room for another listener', json(503, {}, { 'retry-after': '0' })],
  ['a proxy answers in its own way', json(200, {})],
  ['it ends each time before it began', undefined],
])('asks for the status where events do not come: %s', async (_, answer) => {
  const { client, lasts } = await gateway(...(answer ? [answer] : Array(5).fill(streamOf('retry: 1\n\n'))), ended);
  expect(await client.wait('j')).toEqual({ status: 'successful' });
  expect(lasts.at(-1)).toBe('/api/jobs/j');
});

const pause = () => Promise.resolve();
const silent = { first: 1, later: 1 };

it.each([
  ['no header', () => undefined],
  ['no event', (response: ServerResponse) => response.writeHead(200, events).write(':\n\n')],
])('gives up a stream that brings %s, which a proxy may keep back', async (_, answer) => {
  const { open } = await gateway(answer);
  const opened = jest.fn(open);
  expect(await lastEvent(opened, { pause, silent })).toBeUndefined();
  expect(opened).toHaveBeenCalledTimes(1);
});

it('opens another stream where one falls silent later', async () => {
  const { open } = await gateway(
    (response) => response.writeHead(200, events).write(event('1', 'running')),
    streamOf(event('2', 'successful')),
  );
  expect(await lastEvent(open, { pause, silent: { first: 60_000, later: 1 } })).toMatchObject({ status: 'successful' });
});

it('rejects where there is no such job, and when it is told to stop', async () => {
  const { client } = await gateway(json(404, { detail: 'there is no job "j"' }), (response) =>
    response.writeHead(200, events).write(event('1', 'running')),
  );
  await expect(client.wait('j')).rejects.toMatchObject({ status: 404 });
  const reason = new Error('enough');
  await expect(client.wait('j', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const stop = new AbortController();
  const waiting = client.wait('j', { signal: stop.signal, onStatus: () => stop.abort(reason) });
  await expect(waiting).rejects.toBe(reason);
});

it('asks for nothing where the job is known to have ended', async () => {
  const { client, lasts } = await gateway();
  const job = { jobID: 'j', status: 'dismissed' } as Parameters<typeof client.wait>[0];
  expect(await client.wait(job)).toBe(job);
  expect(lasts).toEqual([]);
});
