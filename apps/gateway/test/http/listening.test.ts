import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
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

it('a connection of each address is closed with the gateway', async () => {
  expect(await answerTo('127.0.0.1')).toBe('HTTP/1.1 200 OK');
  const gone = once(sockets[0] as Socket, 'close');
  await app.close();
  await gone;
  expect((app.server.address() as AddressInfo | null)?.port).toBeUndefined();
});
