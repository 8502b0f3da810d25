import { MessageChannel, type MessagePort } from 'node:worker_threads';

/**
 * A message of the thread that makes pieces. It goes on when it is answered, so it is never ahead
 * by more than one.
 */
export type Said = { readonly piece: Uint8Array } | { readonly wanted: string };

/** The answer to a message: the bytes that are wanted, or undefined. */
export type Replied = Uint8Array | undefined;

/**
 * Takes the pieces that another thread makes, no faster than they are read here. `run` begins the
 * work, with the thread's end of the channel, and rejects with what went wrong. `find` reads what
 * the thread wants to know. Whoever returns the generator, or aborts the signal, ends the work.
 */
export async function* piecesFrom(
  run: (port: MessagePort) => Promise<void>,
  find: (wanted: string) => Promise<Replied>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const { port1: port, port2 } = new MessageChannel();
  let ending: { readonly error?: unknown } | undefined;
  let next = Promise.withResolvers<Said | undefined>();
  const end = (how: { readonly error?: unknown }) => {
    ending ??= how;
    next.resolve(undefined);
  };
  const leave = () => end({ error: signal?.reason });
  port.on('message', (said: Said) => next.resolve(said));
  signal?.addEventListener('abort', leave, { once: true });
  try {
    signal?.throwIfAborted();
    run(port2).then(
      () => end({}),
      (error: unknown) => end({ error }),
    );
    for (;;) {
      const said = await next.promise;
      next = Promise.withResolvers();
      if (ending) {
        if ('error' in ending) throw ending.error;
        return;
      }
      if (said && 'piece' in said) yield said.piece;
      port.postMessage(said && 'wanted' in said ? await find(said.wanted) : undefined);
    }
  } finally {
    signal?.removeEventListener('abort', leave);
    port.close();
  }
}

/** The thread's end of such a channel. */
export interface PieceTaker {
  /** Gives a piece away. Resolves when it is read, and rejects when nobody reads any more. */
  take(piece: Uint8Array): Promise<void>;
  find(wanted: string): Promise<Replied>;
  close(): void;
}

export function takerOver(port: MessagePort): PieceTaker {
  let waiting: PromiseWithResolvers<Replied> | undefined;
  let isClosed = false;
  const gone = () => new Error('nobody reads the pieces any more');
  port.on('message', (reply: Replied) => waiting?.resolve(reply));
  port.on('close', () => {
    isClosed = true;
    waiting?.reject(gone());
  });
  const say = (said: Said, bytes?: Uint8Array) => {
    if (isClosed) throw gone();
    waiting = Promise.withResolvers();
    port.postMessage(said, bytes ? ownBuffer(bytes) : []);
    return waiting.promise;
  };
  return {
    take: async (piece) => void (await say({ piece }, piece)),
    find: async (wanted) => say({ wanted }),
    close: () => port.close(),
  };
}

/** The buffer of bytes that fill it alone: it can be transferred. */
export function ownBuffer({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}
