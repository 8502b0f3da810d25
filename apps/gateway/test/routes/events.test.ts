import { connect, type Socket } from 'node:net';
import type { RequestStatus } from '@cellshed/jobs';
import Fastify, { type FastifyInstance } from 'fastify';
import { until } from '../../../../test/until.ts';
import { validation } from '../../src/http/validators.ts';
import { answerProblems } from '../../src/problems/problem.ts';
import { type EventsOptions, eventsRoutes, type Told } from '../../src/routes/events.ts';

const id = '01234567-89ab-4cde-8f01-23456789abcd';
const running: RequestStatus = { id, operation: 'count', state: 'running', createdAt: 0, startedAt: 0 };
const successful: RequestStatus = { ...running, state: 'successful', cache: 'miss', result: 'x', finishedAt: 5 };
const at = (done: number): RequestStatus => ({ ...running, tiles: { done, planned: 100, tallied: 0 } });

const apps: FastifyInstance[] = [];
const stops: AbortController[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) stop.abort();
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

/** A gateway with one job, whose statuses the test tells. */
async function gatewayWith(first: RequestStatus | undefined, options: Partial<EventsOptions> = {}) {
  const told = (status: RequestStatus | undefined): Told | undefined => status && { status, waitsFor: undefined };
  const listening = new Set<(value: Told | undefined) => void>();
  let latest = told(first);
  const stopping = new AbortController();
  const app = Fastify({ ...validation });
  [apps, stops].forEach((all, i) => all.push([app, stopping][i] as never));
  answerProblems(app);
  await app.register(eventsRoutes, {
    following: {
      follow: async (_id, onValue) => {
        listening.add(onValue);
        return { value: latest, stop: () => listening.delete(onValue) };
      },
    },
    baseOf: () => 'http://here',
    most: 2,
    stopping: stopping.signal,
    ...options,
  });
  const url = `${await app.listen({ port: 0 })}/api/jobs/${id}/events`;
  const tell = (status: RequestStatus | undefined) => {
    latest = told(status);
    for (const listener of [...listening]) listener(latest);
  };
  return { url, tell, stopping, listening };
}

interface Event {
  readonly id: string;
  readonly event: string;
  readonly status: string;
  readonly progress: number;
  readonly retry: number;
}

/** A client, what it has heard, and whether the stream has ended. */
async function listen(url: string, headers: Record<string, string> = {}) {
  const leaving = new AbortController();
  const response = await fetch(url, { headers, signal: leaving.signal });
  const heard: Event[] = [];
  let [text, comments] = ['', 0];
  const reading = (async () => {
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk);
      const messages = text.split('\n\n');
      text = messages.pop() as string;
      for (const message of messages) {
        const fields = Object.fromEntries(message.split('\n').map((line) => line.split(/: ?(.*)/s).slice(0, 2)));
        if (fields.data === undefined) comments += 1;
        else heard.push({ ...fields, ...JSON.parse(fields.data), retry: Number(fields.retry) } as Event);
      }
    }
  })();
  const ended = reading.then(
    () => true,
    () => false,
  );
  return { response, heard, ended, comments: () => comments, leave: () => leaving.abort() };
}

it('a client hears the present status at once, then each that is another, and the end', async () => {
  const { url, tell, listening } = await gatewayWith(running);
  const { response, heard, ended } = await listen(url);
  expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([
    200,
    'text/event-stream',
    'no-cache',
  ]);
  await until(() => heard.length === 1);
  expect(heard[0]).toMatchObject({ event: 'status', status: 'running', progress: 0 });
  expect(heard[0]?.retry).toBeGreaterThanOrEqual(500);
  for (const status of [running, at(10), at(10), at(20), successful]) tell(status);
  expect(await ended).toBe(true);
  expect(heard.map(({ progress }) => progress)).toEqual([0, 10, 20, 100]);
  expect(new Set(heard.map((event) => event.id)).size).toBe(4);
  await until(() => listening.size === 0);
});

it('a client that connects again hears what is new to it, and no more after the end', async () => {
  const { url, tell } = await gatewayWith(at(10));
  const first = await listen(url);
  await until(() => first.heard.length === 1);
  first.leave();
  const last = { 'last-event-id': first.heard[0]?.id as string };
  const again = await listen(url, last);
  await until(() => again.comments() > 0);
  expect(again.heard).toEqual([]);
  tell(at(20));
  await until(() => again.heard.length === 1);
  expect(again.heard[0]).toMatchObject({ progress: 20 });
  again.leave();
  tell(successful);
  const later = await listen(url, last);
  expect(await later.ended).toBe(true);
  expect(later.heard).toMatchObject([{ status: 'successful' }]);
  // EventSource connects again unless it is told that nothing comes.
  const finished = await fetch(url, { headers: { 'last-event-id': later.heard[0]?.id as string } });
  expect([finished.status, await finished.text()]).toEqual([204, '']);
});

it('a client that leaves is forgotten', async () => {
  const { url, listening } = await gatewayWith(running);
  const clients = [await listen(url), await listen(url)];
  expect(listening.size).toBe(2);
  const refused = await fetch(url);
  expect([refused.status, refused.headers.has('retry-after'), await refused.json()]).toEqual([
    503,
    true,
    expect.objectContaining({ detail: '2 clients listen to events here, as many as may: ask again' }),
  ]);
  for (const { leave } of clients) leave();
  await until(() => listening.size === 0);
  expect((await listen(url)).response.status).toBe(200);
});

it('a job that there is not, or no longer, has no events', async () => {
  const { url, listening } = await gatewayWith(undefined);
  for (const path of [url, url.replace(id, 'x'), url.replace(id, '%00')]) {
    const { status, headers } = await fetch(path);
    expect([status, headers.get('content-type')]).toEqual([404, expect.stringContaining('application/problem+json')]);
  }
  expect(listening.size).toBe(0);
  const { url: other, tell } = await gatewayWith(running);
  const { ended } = await listen(other);
  tell(undefined);
  expect(await ended).toBe(true);
});

it('a gateway that stops ends all streams, and takes no more', async () => {
  const { url, stopping } = await gatewayWith(running);
  const clients = [await listen(url), await listen(url)];
  stopping.abort();
  expect(await Promise.all(clients.map(({ ended }) => ended))).toEqual([true, true]);
  expect((await fetch(url)).status).toBe(503);
});

/** First looks that end when the test says so. */
function slowly() {
  const looked = Promise.withResolvers<void>();
  const count = { looking: 0, stopped: 0 };
  const follow: EventsOptions['following']['follow'] = async () => {
    count.looking += 1;
    await looked.promise;
    return { value: { status: running, waitsFor: undefined }, stop: () => (count.stopped += 1) };
  };
  return { looked, count, following: { follow } };
}

it('a client that leaves before the first look has ended takes no place', async () => {
  const { looked, count, following } = slowly();
  const { url } = await gatewayWith(running, { following });
  const sockets = await Promise.all([asking(url), asking(url), asking(url)]);
  await until(() => count.looking === 3);
  for (const socket of sockets) socket.resetAndDestroy();
  // The gateway has read the resets when it answers this.
  expect((await fetch(url.replace(id, 'no-job'))).status).toBe(404);
  looked.resolve();
  await until(() => count.stopped === 3);
  const clients = [await listen(url), await listen(url)];
  expect((await fetch(url)).status).toBe(503);
  for (const client of clients) client.leave();
});

it('clients that ask at once are no more than may be', async () => {
  const { looked, count, following } = slowly();
  const { url } = await gatewayWith(running, { following });
  const answers = [fetch(url), fetch(url), fetch(url)];
  await until(() => count.looking === 3);
  looked.resolve();
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect([statuses.toSorted(), count.stopped]).toEqual([[200, 200, 503], 1]);
});

it('heartbeats go on while nothing is new', async () => {
  const { url } = await gatewayWith(running, { heartbeatMilliseconds: 5 });
  const { heard, comments } = await listen(url);
  await until(() => comments() > 3);
  expect(heard).toHaveLength(1);
});

/** A client that has asked. */
function asking(url: string): Promise<Socket> {
  const { port, pathname } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), 'localhost');
    socket.on('error', () => undefined);
    socket.write(`GET ${pathname} HTTP/1.1\r\nhost: here\r\n\r\n`, () => resolve(socket));
  });
}

/** A client that reads nothing after the beginning. */
function stalled(url: string): Promise<Socket> {
  const { port, pathname } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), 'localhost');
    socket.on('error', () => undefined);
    socket.write(`GET ${pathname} HTTP/1.1\r\nhost: here\r\n\r\n`);
    socket.once('data', () => resolve(socket.pause()));
  });
}

/** A status that soon fills the buffers of the system. */
const large = (n: number): RequestStatus => ({ ...running, problem: `${n} ${'x'.repeat(200_000)}` });

it('a client that takes nothing is cut off, and others hear all the same', async () => {
  const { url, tell, listening } = await gatewayWith(running, { heartbeatMilliseconds: 20 });
  const socket = await stalled(url);
  const other = await listen(url);
  let n = 0;
  await until(async () => {
    tell(large(n++));
    await new Promise(setImmediate);
    return listening.size === 1;
  });
  tell(successful);
  expect(await other.ended).toBe(true);
  expect(other.heard.at(-1)).toMatchObject({ status: 'successful' });
  socket.destroy();
});

it('of what a client does not take only the latest is kept', async () => {
  const { url, tell } = await gatewayWith(running);
  const socket = await stalled(url);
  for (let n = 0; n < 300; n++) {
    tell(large(n));
    await new Promise(setImmediate);
  }
  tell(successful);
  let text = '';
  socket.on('data', (chunk) => (text += chunk)).resume();
  await until(() => text.includes('"status":"successful"'));
  expect(text.match(/event: status/g)?.length).toBeLessThan(200);
  socket.destroy();
});
