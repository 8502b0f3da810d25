import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { sendRange } from '../packages/raster/test/range-server.ts';

/** A server in front of what is on the other side, which can be taken away. */
export interface Front {
  readonly port: number;
  away(): Promise<void>;
}

export function front(server: Server): Promise<Front> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  const away = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as AddressInfo).port, away })),
  );
}

/** A server that gives the raster to every request for an object, by HTTP or S3. */
export function rasterServer(bytes: Buffer): Server {
  return createServer((request, response) => {
    if (/[.](aux[.]xml|msk|tfw|tifw|wld)/i.test(request.url ?? '')) response.writeHead(404).end();
    else sendRange(bytes, { etag: '"v1"' })(request, response);
  });
}

export function proxyTo(port: number): Server {
  return createTcpServer((socket) => {
    const other = connect(port, '127.0.0.1').on('error', () => socket.destroy());
    socket.on('close', () => other.destroy()).pipe(other);
    other.on('close', () => socket.destroy()).pipe(socket);
  });
}
