import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

type Listener = FastifyInstance['server'];

/** The connections of each server that are open, by whichever door they came in. */
const open = new WeakMap<Listener, number>();

/** Counts the connections of a server, and cuts off those beyond a limit. */
export function limitConnections({ server }: Pick<FastifyInstance, 'server'>, most: number): void {
  const add = (one: number) => open.set(server, connectionsOf(server) + one);
  server.prependListener('connection', (socket: Socket) => {
    add(1);
    socket.once('close', () => add(-1));
    if (connectionsOf(server) > most) socket.destroy();
  });
}

/** The connections that are open, of a server whose connections are counted. */
export function connectionsOf(server: Listener): number {
  return open.get(server) ?? 0;
}

/**
 * The connections that may stand before the door while the event loop is late; the system has a
 * limit of its own, often 4096. What finds no place tries again after 1, 3, 7 … seconds, so that a
 * crowd would wait for many seconds even to be refused.
 */
const backlog = 4096;

/**
 * The sockets that listen at each address, between which Linux divides new connections. Node takes
 * one connection from each in a turn of its event loop. With one socket, a crowd stood before the
 * door for seconds when turns were long.
 */
const doors = process.platform === 'linux' ? 128 : 1;

/** Listens, and returns the URL. */
export async function listenOn(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> {
  return listenOnAll(app, { addresses: host === 'localhost' ? await addressesOf(host) : [host], port });
}

/**
 * Listens on all addresses of a host, since localhost may have two, and returns the URL of the
 * first. One HTTP server takes the connections of all, so its limits hold for all together. An
 * address whose port is taken is left out, unless it is the first.
 */
export async function listenOnAll(
  app: FastifyInstance,
  { addresses: [first, ...others], port: asked }: { addresses: readonly string[]; port: number },
): Promise<string> {
  const servers: Server[] = [];
  app.addHook('onClose', async () => {
    const closed = servers.map((server) => once(server.close(), 'close'));
    // Those of these doors, too; what is under way is waited for.
    app.server.closeIdleConnections();
    await Promise.all(closed);
  });
  const host = first as string;
  const port = await freePort(host, asked);
  const url = await app.listen({ host, port, ...listening });
  await openDoors(host, doors - 1);
  for (const address of others) {
    const isFree = await freePort(address, port).then(
      () => true,
      () => false,
    );
    if (isFree) await openDoors(address, doors);
  }
  return url;

  async function openDoors(address: string, count: number): Promise<void> {
    for (let door = 0; door < count; door++) {
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
        app.server.emit('connection', socket),
      );
      servers.push(server);
      server.listen({ host: address, port, ...listening });
      await once(server, 'listening');
    }
  }
}

const listening = { backlog, reusePort: doors > 1 };

/**
 * Answers the port, or a free one for 0. Throws if it is taken: sockets that share a port would not
 * notice that another process has it.
 */
async function freePort(host: string, port: number): Promise<number> {
  const server = createServer().listen({ host, port });
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return free;
}

async function addressesOf(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  return [...new Set(found.map(({ address }) => address))];
}
