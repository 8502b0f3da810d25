import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/**
 * A forward proxy as agencies have it: it passes requests on to servers by name, and opens tunnels
 * to them. All names lead to ports of this machine. It lists what it was asked.
 */
export async function forwardProxy(ports: Readonly<Record<string, number>>) {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const { hostname, pathname, search } = new URL(incoming.url ?? '');
    const to = { host: '127.0.0.1', port: ports[hostname], path: pathname + search, headers: incoming.headers };
    const passing = request(to, (answer) => answer.pipe(outgoing.writeHead(answer.statusCode ?? 502, answer.headers)));
    passing.on('error', () => outgoing.destroy());
    incoming.pipe(passing);
  });
  server.on('connect', ({ url = '' }, client) => {
    asked.push(`CONNECT ${url}`);
    const port = ports[url.split(':')[0] as string];
    if (port === undefined) return client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const target = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
