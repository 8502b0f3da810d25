import type { ServerResponse } from 'node:http';
import type { SSEMessage, SSEReplyInterface } from '@fastify/sse';
import { whenClosed } from '../http/when-closed.ts';
import { ProblemError } from '../problems/problem-error.ts';

/** The clients that listen to events at this gateway. */
export interface Listeners {
  /**
   * Keeps an open stream, and calls `onGone` when its client has left, or had left before. Throws
   * as `expectRoom` does, after `onGone`.
   */
  add(stream: Stream, onGone: () => void): Listener;
  /** Throws a ProblemError (503) if there are as many as may be. */
  expectRoom(): void;
  /** Ends all streams, so that their clients connect elsewhere. */
  close(): void;
}

/** One client. */
export interface Listener {
  /**
   * Sends a message. While the client does not take those before, only the latest is kept. If it
   * takes nothing from one heartbeat to the next but one, it is cut off.
   */
  send(message: SSEMessage): void;
  /** Ends the stream after what was sent. */
  end(): void;
}

/** The stream to a client. */
export interface Stream {
  readonly raw: Pick<ServerResponse, 'write' | 'destroy' | 'destroyed' | 'on' | 'once' | 'writableNeedDrain'>;
  readonly sse: Pick<SSEReplyInterface, 'send' | 'close' | 'sendHeaders'>;
}

export interface ListenersOptions {
  /** The most streams that are open at once. */
  readonly most: number;
  readonly heartbeatMilliseconds?: number;
}

/** A comment, which clients skip: it keeps the connection open through proxies. */
const heartbeat = ':\n\n';

interface Open extends Listener {
  /** Keeps the connection open, or cuts off a client that takes nothing. */
  beat(): void;
}

export function openListeners({ most, heartbeatMilliseconds = 15_000 }: ListenersOptions): Listeners {
  const open = new Set<Open>();
  let timer: NodeJS.Timeout | undefined;
  const beatAll = () => {
    for (const one of open) one.beat();
  };
  const expectRoom = () => {
    if (open.size < most) return;
    throw new ProblemError(503, `${most} clients listen to events here, as many as may: ask again`);
  };
  return {
    expectRoom,
    add(stream, onGone) {
      // Its `close` has been, and will not come again.
      if (stream.raw.destroyed) {
        onGone();
        return nobody;
      }
      try {
        expectRoom();
      } catch (error) {
        onGone();
        throw error;
      }
      const listener = listenerOn(stream);
      open.add(listener);
      timer ??= setInterval(beatAll, heartbeatMilliseconds).unref();
      whenClosed(stream.raw, () => {
        open.delete(listener);
        if (open.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
        onGone();
      });
      // The first bytes tell the client that it is connected.
      stream.sse.sendHeaders();
      listener.beat();
      return listener;
    },
    close() {
      for (const one of open) one.end();
    },
  };
}

/** A client that has left. */
const nobody: Listener = { send: () => undefined, end: () => undefined };

function listenerOn({ raw, sse }: Stream): Open {
  let waiting: SSEMessage | undefined;
  let [isEnding, wasBehind] = [false, false];
  // A client that leaves meanwhile is noticed by the end of its connection.
  const write = (message: SSEMessage) => void sse.send(message).catch(() => undefined);
  raw.on('drain', () => {
    wasBehind = false;
    if (waiting !== undefined) write(waiting);
    waiting = undefined;
    if (isEnding) sse.close();
  });
  return {
    send(message) {
      if (isEnding) return;
      if (raw.writableNeedDrain) waiting = message;
      else write(message);
    },
    end() {
      isEnding = true;
      if (!raw.writableNeedDrain) sse.close();
    },
    beat() {
      if (!raw.writableNeedDrain) raw.write(heartbeat);
      else if (wasBehind) raw.destroy();
      else wasBehind = true;
    },
  };
}
