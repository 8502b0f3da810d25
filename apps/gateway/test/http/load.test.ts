import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { keepJsonBodies, readJsonBodies } from '../../src/http/json-body.ts';
import { type BodyRoom, bodyRoom, limitAnswers, limitRequests } from '../../src/http/load.ts';
import { answerProblems } from '../../src/problems/problem.ts';

let app: FastifyInstance;
let room: BodyRoom;
/** Requests that wait for their answers. */
let waiting: (() => void)[] = [];
let heard = () => {};
/** Lines of the log. */
let written: string[] = [];
let late = 0;

/** More bytes than the system buffers for a client that reads nothing. */
const large = 20_000_000;

beforeEach(async () => {
  written = [];
  app = Fastify({ logger: { level: 'warn', stream: { write: (line: string) => written.push(line) } } });
  room = bodyRoom(app, { bodyBytes: 100_000 });
  answerProblems(app);
  limitRequests(app, { requests: 3, lateMilliseconds: 50, lateness: () => late });
  limitAnswers(app, { answerBytes: 2.5 * large });
  readJsonBodies(app, room);
  const wait = () =>
    new Promise<object>((resolve) => {
      waiting.push(() => resolve({}));
      heard();
    });
  app.get('/wait', wait);
  app.get('/large', async () => Buffer.alloc(large));
  app.get('/healthz', { config: { always: true } }, async () => ({}));
  app.post('/parsed', { bodyLimit: 90_000 }, async ({ body }) => ({ kept: body instanceof Uint8Array }));
  await app.register(async (inner) => {
    keepJsonBodies(inner, room);
    inner.post('/kept', { bodyLimit: 90_000 }, wait);
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(async () => {
  for (const answer of waiting) answer();
  waiting = [];
  await app.close();
});

/** Resolves when so many requests wait. */
async function untilWaiting(count: number): Promise<void> {
  while (waiting.length < count) await new Promise<void>((resolve) => (heard = resolve));
}

const url = (path: string) => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}${path}`;
const json = { 'content-type': 'application/json' };
const post = async (path: string, body: string) => {
  const response = await fetch(url(path), { method: 'POST', headers: json, body });
  return { status: response.status, retry: response.headers.get('retry-after'), text: await response.text() };
};
const bodyOf = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));

/** A request whose body has no announced length, and is sent as it is written. */
function sending(path: string): { readonly body: ClientRequest; readonly status: Promise<number | undefined> } {
  const body = request(url(path), { method: 'POST', headers: json });
  const status = once(body, 'response').then(([response]) => {
    response.resume();
    return response.statusCode as number;
  });
  return { body, status };
}

describe('answers', () => {
  it('that clients do not take are refused when they are too many, and are not when these have gone', async () => {
    const readers = [1, 2].map(() => {
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
      socket.pause();
      socket.write('GET /large HTTP/1.1\r\nhost: a\r\n\r\n');
      return socket;
    });
    // Only the first byte of an answer is read: it shows that the answer is under way.
    for (const socket of readers) while (socket.read(1) === null) await once(socket, 'readable');
    const refused = await fetch(url('/large'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.json()).toMatchObject({
      detail: `answers that clients have not taken yet take more than ${2.5 * large} bytes: ask again`,
    });
    for (const socket of readers) socket.destroy();
    const again = async () => {
      const response = await fetch(url('/large'));
      return (await response.arrayBuffer()).byteLength;
    };
    let length: number;
    do length = await again();
    while (length !== large);
    for (let i = 0; i < 5; i++) expect(await again()).toBe(large);
  });
});

describe('requests', () => {
  it('beyond so many are refused for now, but for whether the process lives', async () => {
    const all = [1, 2, 3].map(() => fetch(url('/wait')));
    await untilWaiting(3);
    const refused = await fetch(url('/wait'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(((await refused.json()) as { detail: string }).detail).toBe(
      '3 requests are under way, as many as are taken at once: ask again',
    );
    expect((await fetch(url('/wait'))).status).toBe(503);
    expect(written.filter((line) => line.includes('requests are under way'))).toHaveLength(1);
    expect((await fetch(url('/healthz'))).status).toBe(200);
    for (const answer of waiting.splice(0)) answer();
    expect((await Promise.all(all)).map(({ status }) => status)).toEqual([200, 200, 200]);
    const again = fetch(url('/wait'));
    await untilWaiting(1);
    waiting[0]?.();
    expect((await again).status).toBe(200);
  });
});

describe('a process that is late', () => {
  const serve = async () => {
    const other = Fastify({ logger: { level: 'warn', stream: { write: (line: string) => written.push(line) } } });
    answerProblems(other);
    const refuseLate = limitRequests(other, { requests: 100, lateMilliseconds: 50, lateness: () => late });
    let read = 0;
    other.post('/begin', { config: { begins: true }, onRequest: async () => void (read += 1) }, async () => ({}));
    other.get('/wait', async () => new Promise<object>((resolve) => waiting.push(() => resolve({}))));
    other.get('/poll', async () => ({}));
    other.get('/healthz', { config: { always: true } }, async () => ({}));
    other.get('/perhaps', async () => {
      refuseLate();
      return {};
    });
    const status = async (method: 'GET' | 'POST', url: string) => (await other.inject({ method, url })).statusCode;
    return { other, status, read: () => read };
  };
  const many = 21;

  it('begins no work while it has more than a little to do, and still answers all else', async () => {
    const { other, status, read } = await serve();
    late = 51;
    expect(await status('POST', '/begin')).toBe(200);
    const all = Array.from({ length: many }, () => other.inject('/wait'));
    while (waiting.length < many) await new Promise((resolve) => setImmediate(resolve));
    const refused = await other.inject({ method: 'POST', url: '/begin' });
    expect([refused.statusCode, refused.headers['retry-after'], refused.json()]).toEqual([
      503,
      '5',
      expect.objectContaining({
        detail: 'this gateway has so much to do that it is late by more than 50 ms: ask again',
      }),
    ]);
    expect([await status('GET', '/perhaps'), await status('POST', '/begin')]).toEqual([503, 503]);
    expect([await status('GET', '/poll'), await status('GET', '/healthz')]).toEqual([200, 200]);
    expect(written.filter((line) => line.includes('is late by'))).toHaveLength(1);
    expect(read()).toBe(1);
    late = 50;
    expect([await status('GET', '/perhaps'), await status('POST', '/begin')]).toEqual([200, 200]);
    for (const answer of waiting.splice(0)) answer();
    await Promise.all(all);
    late = 51;
    expect(await status('POST', '/begin')).toBe(200);
    await other.close();
  });
});

describe('bodies', () => {
  it('beyond so many bytes in all are refused for now, and make room again when their requests are answered', async () => {
    const first = post('/kept', bodyOf(60_000));
    await untilWaiting(1);
    expect(room.bytes).toBe(60_000);
    expect(await post('/kept', bodyOf(60_000))).toMatchObject({
      status: 503,
      retry: '5',
      text: expect.stringContaining('more than the 100000 bytes that there are for them: ask again'),
    });
    expect(room.bytes).toBe(60_000);
    expect(await post('/parsed', bodyOf(30_000))).toMatchObject({ status: 200, text: '{"kept":false}' });
    waiting.splice(0)[0]?.();
    expect((await first).status).toBe(200);
    const second = post('/kept', bodyOf(60_000));
    await untilWaiting(1);
    expect(room.bytes).toBe(60_000);
    waiting.splice(0)[0]?.();
    expect((await second).status).toBe(200);
  });

  it('count as they come, whatever length is announced', async () => {
    const { body, status } = sending('/kept');
    body.write(`"${'x'.repeat(60_000)}`);
    while (room.bytes < 60_001) await new Promise((resolve) => setImmediate(resolve));
    const other = sending('/kept');
    other.body.write(`"${'x'.repeat(60_000)}`);
    other.body.end('"');
    expect(await other.status).toBe(503);
    body.end('"');
    await untilWaiting(1);
    waiting.splice(0)[0]?.();
    expect(await status).toBe(200);
  });

  it('make room again when their clients leave', async () => {
    const { body, status } = sending('/kept');
    body.write(`"${'x'.repeat(60_000)}`);
    while (room.bytes < 60_001) await new Promise((resolve) => setImmediate(resolve));
    status.catch(() => undefined);
    body.on('error', () => undefined).destroy();
    while (room.bytes > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(room.bytes).toBe(0);
  });

  it('are refused when one is too large, announced or not', async () => {
    expect(await post('/kept', bodyOf(90_001))).toMatchObject({
      status: 413,
      text: expect.stringContaining('the body is larger than 90000 bytes, the most that is accepted'),
    });
    const { body, status } = sending('/kept');
    body.end(bodyOf(90_001));
    expect(await status).toBe(413);
    expect(room.bytes).toBe(0);
  });

  it('are refused when they are packed', async () => {
    for (const path of ['/kept', '/parsed']) {
      const headers = { ...json, 'content-encoding': 'gzip' };
      const response = await fetch(url(path), { method: 'POST', headers, body: bodyOf(100) });
      expect([path, response.status]).toEqual([path, 415]);
      expect(await response.text()).toContain('content-encoding: is \\"gzip\\", expected none');
    }
    expect(room.bytes).toBe(0);
  });
});
