import { connect, type Socket } from 'node:net';
import type { Attacker } from './attacker.ts';

export interface Holding {
  readonly url: string;
  readonly connections: number;
  /** The text that each connection sends first. */
  readonly head: string;
  /** The bytes that it sends then, as far as the server takes them. */
  readonly piece?: Buffer;
  /** The time that it waits after that. */
  readonly milliseconds: number;
  readonly attacker: Attacker;
}

export interface Held {
  /** The count of connections that are still open, and the first lines of the answers. */
  readonly answer: string;
  readonly stillOpen: number;
  end(): void;
}

/**
 * Opens connections, sends what never becomes a whole request, reads what is answered, and keeps
 * them open from its side.
 */
export async function holdOpen({ url, connections, head, piece, milliseconds, attacker }: Holding): Promise<Held> {
  const { port, hostname } = new URL(url);
  const answers = new Map<string, number>();
  const sockets = Array.from({ length: connections }, () => open(Number(port), hostname, answers));
  await Promise.all(sockets.map(({ connected }) => connected));
  for (const { socket } of sockets) {
    socket.write(head);
    attacker.add(head.length);
    if (piece) socket.write(piece, () => attacker.add(piece.length));
  }
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const stillOpen = sockets.filter(({ isClosed }) => !isClosed()).length;
  const said = Array.from(answers, ([line, times]) => `${times} × ${line}`);
  return {
    answer: [`${stillOpen} of ${connections} stay open`, ...said].join(', '),
    stillOpen,
    end: () => sockets.forEach(({ socket }) => socket.destroy()),
  };
}

function open(port: number, host: string, answers: Map<string, number>) {
  let closed = false;
  const socket: Socket = connect({ port, host, allowHalfOpen: true });
  const connected = new Promise<void>((resolve) => {
    socket.once('connect', resolve).once('error', () => resolve());
  });
  socket.once('data', (data) => {
    const status = /^HTTP\/1\.1 (\d+)/.exec(String(data))?.[1] ?? 'something else';
    answers.set(status, (answers.get(status) ?? 0) + 1);
    socket.resume();
  });
  const close = () => {
    closed = true;
  };
  // The server ends its half: it has let the connection go, whatever this side does.
  socket.on('end', close).on('error', close).on('close', close);
  return { socket, connected, isClosed: () => closed };
}
