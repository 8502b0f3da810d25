import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server of this machine on which things happen to connections. */
export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** The connections that are open. */
  readonly connections: number;
  /**
   * Has the open connections go silent: what they send is lost, and nothing closes them. New ones
   * work, unless they are to be silent, too.
   */
  silence(options?: { readonly newOnes?: boolean }): void;
  /** Has new connections work again. Those that are silent stay so. */
  heal(): void;
  /** Closes the open connections, or those that are silent, with a reset. */
  cut(options?: { readonly onlySilent?: boolean }): void;
  /** Holds what the server answers for so long. Its order stays. */
  delay(milliseconds: number): void;
  /** Leads new connections to another server, and cuts the open ones. */
  lead(port: number): void;
  /** Replaces a text in what the server answers by another one of the same length. */
  rewrite(from: string, to: string): void;
}

/** Opens a way to a port of this machine. */
export async function openProxy(toPort: number): Promise<Proxy> {
  const pairs = new Set<{ readonly client: Socket; readonly server: Socket; isSilent: boolean }>();
  let [port, delayed, areNewSilent] = [toPort, 0, false];
  let change = (bytes: Buffer) => bytes;
  const listener = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    const pair = { client, server, isSilent: areNewSilent };
    pairs.add(pair);
    for (const socket of [client, server]) {
      socket.setNoDelay(true).on('error', () => undefined);
      socket.on('close', () => {
        // A server that is silent does not say that it has closed, either.
        if (pair.isSilent && socket === server) return;
        pairs.delete(pair);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (bytes) => void (pair.isSilent || server.write(bytes)));
    let before: Promise<unknown> = Promise.resolve();
    server.on('data', (bytes) => {
      const pass = () => void (pair.isSilent || client.write(change(bytes)));
      const held = delayed > 0 && new Promise((resolve) => setTimeout(resolve, delayed));
      before = Promise.all([before, held]).then(pass);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const cut: Proxy['cut'] = ({ onlySilent = false } = {}) => {
    for (const { client, server, isSilent } of pairs) {
      if (onlySilent && !isSilent) continue;
      client.resetAndDestroy();
      server.destroy();
    }
  };
  return {
    port: (listener.address() as AddressInfo).port,
    get connections() {
      return pairs.size;
    },
    silence: ({ newOnes = false } = {}) => {
      areNewSilent = newOnes;
      for (const pair of pairs) pair.isSilent = true;
    },
    heal: () => {
      areNewSilent = false;
    },
    cut,
    delay: (milliseconds) => {
      delayed = milliseconds;
    },
    lead: (to) => {
      port = to;
      cut();
    },
    rewrite: (from, to) => {
      change = (bytes) => Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
    },
    async [Symbol.asyncDispose]() {
      cut();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
