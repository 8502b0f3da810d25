import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import Fastify, { type FastifyInstance } from 'fastify';
import { limitConnections, listenOnAll } from '../../src/http/listening.ts';

let app: FastifyInstance;
let port: number;
let sockets: Socket[] = [];

beforeEach(async () => {
  app = Fastify();
  limitConnections(app, 2);
  app.get('/', async () => ({}));
  port = Number(new URL(await listenOnAll(app, { addresses: ['127.0.0.1', '::1'], port: 0 })).port);
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await app.close();
});

/** The answer to a connection, '' when it is cut off. */
async function answerTo(host: string): Promise<string> {
  const socket = connect(port, host).on('error', () => undefined);
  sockets.push(socket);
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  const [chunk] = await new Promise<unknown[]>((resolve) => {
    for (const event of ['data', 'close']) socket.once(event, (...all) => resolve(all));
  });
  return chunk instanceof Buffer ? (chunk.toString().split('\r\n')[0] as string) : '';
}

it('connections are counted together on all addresses, and are cut off beyond the limit', async () => {
  const hasBoth = await answerTo('::1').then((answer) => answer !== '');
  const other = hasBoth ? '::1' : '127.0.0.1';
  if (!hasBoth) expect(await answerTo('127.0.0.1')).toBe('HTTP/1.1 200 OK');
  expect(await answerTo('127.0.0.1')).toBe('HTTP/1.1 200 OK');
  for (const host of ['127.0.0.1', other]) expect(await answerTo(host)).toBe('');
  const gone = once(sockets.at(hasBoth ? 0 : 1) as Socket, 'close');
  sockets.at(hasBoth ? 0 : 1)?.destroy();
  await gone;
  let answer: string;
  do answer = await answerTo(other);
  while (answer === '');
  expect(answer).toBe('HTTP/1.1 200 OK');
});

/** The connections of a crowd, and the turns of the event loop in which they may be taken. */
const [crowd, mostTurns] = [200, 20];

/** Opens connections in a thread, and says through `done` when all stand before the door. */
const connecting = `
  const { workerData: { port, crowd, done } } = require('node:worker_threads');
  let left = crowd;
  const connected = () => { if (--left === 0) { Atomics.store(done, 0, 1); Atomics.notify(done, 0); } };
  for (let i = 0; i < crowd; i++) require('node:net').connect(port, '127.0.0.1', connected).on('error', () => {});
`;

it('a crowd that stands before the door is taken in a few turns of the event loop', async () => {
  const server = Fastify();
  let taken = 0;
  server.server.on('connection', () => {
    taken += 1;
  });
  const at = Number(new URL(await listenOnAll(server, { addresses: ['127.0.0.1'], port: 0 })).port);
  const done = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Worker(connecting, { eval: true, workerData: { port: at, crowd, done } });
  await once(thread, 'online');
  // Nothing is taken meanwhile: this is the event loop that stands still.
  expect(Atomics.wait(done, 0, 0, 60_000)).not.toBe('timed-out');
  let turns = 0;
  while (taken < crowd) {
    await nextTurn();
    turns += 1;
  }
  await thread.terminate();
  await server.close();
  if (process.platform === 'linux') expect(turns).toBeLessThanOrEqual(mostTurns);
});

it('a gateway is closed when the requests of all its connections are answered, and not before', async () => {
  const slow = Fastify({ forceCloseConnections: 'idle' });
  let answer: () => void = () => undefined;
  let asked = 0;
  slow.get('/', async (_request, reply) => {
    asked += 1;
    await new Promise<void>((resolve) => {
      const before = answer;
      answer = () => {
        before();
        resolve();
      };
    });
    reply.header('connection', 'close');
    return {};
  });
  const url = await listenOnAll(slow, { addresses: ['127.0.0.1'], port: 0 });
  // Some come by each door.
  const answers = Array.from({ length: 50 }, () => fetch(url));
  while (asked < answers.length) await nextTurn();
  let isClosed = false;
  const closed = slow.close().then(() => {
    isClosed = true;
  });
  for (let turn = 0; turn < 100; turn++) await nextTurn();
  expect(isClosed).toBe(false);
  answer();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
  await closed;
});

it('a port that another gateway has is refused', async () => {
  const other = Fastify();
  const asked = listenOnAll(other, { addresses: ['127.0.0.1'], port });
  await expect(asked).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await other.close();
});

it('a connection of each address is closed with the gateway', async () => {
  expect(await answerTo('127.0.0.1')).toBe('HTTP/1.1 200 OK');
  const gone = once(sockets[0] as Socket, 'close');
  await app.close();
  await gone;
  expect((app.server.address() as AddressInfo | null)?.port).toBeUndefined();
});
