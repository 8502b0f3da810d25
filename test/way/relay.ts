import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a Redis on which something can happen at a step: before commands are passed on. */
export interface Relay extends AsyncDisposable {
  readonly url: string;
  /**
   * Has something happen before the step of this number, counted from now on; nothing is passed on
   * until it has. Commands that are sent together are one step.
   */
  at(step: number, happens: () => Promise<void>): void;
  /** The steps since `at` was called. */
  steps(): number;
}

export async function openRelay(port: number): Promise<Relay> {
  let [steps, awaited] = [0, Infinity];
  let happens: () => Promise<void> = async () => undefined;
  let happening: Promise<void> | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const redis = connect(port, '127.0.0.1');
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        redis.destroy();
      });
    }
    redis.pipe(client);
    let before = Promise.resolve();
    client.on('data', (bytes) => {
      steps += 1;
      if (steps === awaited) happening = happens();
      const held = happening;
      before = before.then(() => held).then(() => void redis.write(bytes));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    at: (step, what) => {
      [steps, awaited, happens, happening] = [0, step, what, undefined];
    },
    steps: () => steps,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
