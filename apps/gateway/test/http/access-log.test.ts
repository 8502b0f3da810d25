import { once } from 'node:events';
import { request as openRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Writable } from 'node:stream';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { logRequests } from '../../src/http/access-log.ts';
import { refuseMethods } from '../../src/http/methods.ts';
import { answerProblems, ProblemError } from '../../src/problems/problem.ts';
import { refusals } from '../../src/problems/refusals.ts';

let app: FastifyInstance;
let port: number;
let written: string[] = [];
let wake = () => {};
/** Resolves when a client waits for its answer. */
let waits = Promise.withResolvers<void>();

beforeAll(async () => {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      wake();
      done();
    },
  });
  app = Fastify({
    logger: { level: 'info', stream },
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { ignoreTrailingSlash: true },
    ...refusals,
  });
  logRequests(app);
  answerProblems(app);
  refuseMethods(app);
  app.post('/asked', async () => ({ fine: true }));
  app.get('/failed', async () => {
    throw new ProblemError(500, 'the job failed');
  });
  app.get('/broken', async () => {
    throw new Error('a bug');
  });
  app.get('/never', async (_request, reply) => {
    waits.resolve();
    await new Promise(() => undefined);
    return reply;
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});

beforeEach(() => {
  written = [];
  waits = Promise.withResolvers();
});

afterAll(() => app.close());

/** The log's lines, once there are so many. */
async function lines(count: number): Promise<Record<string, unknown>[]> {
  while (written.length < count) await new Promise<void>((resolve) => (wake = resolve));
  return written.map((line) => JSON.parse(line));
}

const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);

it('each request is one line with method, path, status and time; no query, header or body is in it', async () => {
  const headers = { authorization: 'Bearer s3cret-token', 'content-type': 'application/json' };
  await ask('/asked?token=s3cret-query', { method: 'POST', headers, body: '{"inputs":"s3cret-body"}' });
  await ask('/nothing/here');
  await ask('/asked', { method: 'DELETE' });
  const all = await lines(3);
  expect(all.map(({ method, path, status }) => [method, path, status])).toEqual([
    ['POST', '/asked', 200],
    ['GET', '/nothing/here', 404],
    ['DELETE', '/asked', 405],
  ]);
  for (const { ms, msg, level } of all) {
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(msg).toMatch(/^(POST|GET|DELETE) \/\S+ \d{3} [\d.]+ ms$/);
    expect(level).toBe(30);
  }
  expect(written.join('')).not.toContain('s3cret');
});

it('a client that leaves before it is answered is a line of its own kind', async () => {
  const leaving = openRequest({ host: '127.0.0.1', port, path: '/never' }).on('error', () => undefined);
  leaving.end();
  await waits.promise;
  leaving.destroy();
  expect(await lines(1)).toEqual([expect.objectContaining({ method: 'GET', path: '/never', status: 499 })]);
});

it('what never reaches a route is a line, too', async () => {
  await ask('/asked/%zz?token=s3cret');
  const socket = connect(port, '127.0.0.1').resume();
  socket.write('no http at all\r\n\r\n');
  await once(socket, 'close');
  const [unreadable, notHttp] = await lines(2);
  expect(unreadable).toMatchObject({ path: '/asked/%zz', status: 400 });
  expect(notHttp).toMatchObject({ status: 400, msg: expect.stringMatching(/^400: the request is not HTTP/) });
});

it('who is told that it is not HTTP is cut off, also when it leaves its end open', async () => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const cut = new Promise((resolve) => socket.on('error', resolve));
  socket.write('no http at all\r\n\r\n');
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 400 /);
  const sending = setInterval(() => socket.write('more'), 20);
  // A closed socket resets a client that writes to it; a half open one takes bytes for ever.
  expect(await cut).toMatchObject({ code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) });
  clearInterval(sending);
  socket.destroy();
});

it('a job that failed is not told again by the gateway; a bug is, with its stack', async () => {
  await ask('/failed');
  expect(await lines(1)).toEqual([expect.objectContaining({ path: '/failed', status: 500, level: 30 })]);
  written = [];
  await ask('/broken');
  const all = await lines(2);
  expect(all.map(({ level }) => level).sort()).toEqual([30, 50]);
  expect(all.find(({ level }) => level === 50)).toMatchObject({ err: { stack: expect.stringContaining('a bug') } });
});
