import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Cuts off connections beyond a limit, on whichever address they come in. */
export function limitConnections({ server }: Pick<FastifyInstance, 'server'>, most: number): void {
  let open = 0;
  server.prependListener('connection', (socket: Socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
    if (open > most) socket.destroy();
  });
}

/**
 * The connections that may stand before the door while the event loop is late; the system has a
 * limit of its own, often 4096. What finds no place tries again after 1, 3, 7 … seconds, so that a
 * crowd would wait for many seconds even to be refused.
 */
const backlog = 4096;

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
  { addresses: [first, ...others], port }: { addresses: readonly string[]; port: number },
): Promise<string> {
  const servers: Server[] = [];
  app.addHook('onClose', async () => {
    for (const server of servers) server.close();
  });
  const url = await app.listen({ host: first as string, port, backlog });
  for (const address of others) {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      app.server.emit('connection', socket),
    );
    server.listen({ host: address, port: Number(new URL(url).port), backlog });
    await once(server, 'listening').then(
      () => servers.push(server),
      () => undefined,
    );
  }
  return url;
}

async function addressesOf(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  return [...new Set(found.map(({ address }) => address))];
}
