import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { FastifyInstance } from 'fastify';

/** The connections that make a crowd: what fewer leave behind is collected some time anyway. */
const crowd = 500;
/** The connections of which some always end. */
const few = 20;
const lookMilliseconds = 10_000;
/** The share of the time that a process may be busy while it has nothing to do. */
const mostBusy = 0.5;

export interface Collecting {
  /** Collects garbage. */
  readonly collect: () => void;
  /** The share of the time since the last call that the event loop was busy. */
  readonly busy: () => number;
  /** Calls a function again and again; returns what ends that. */
  readonly every: (milliseconds: number, look: () => void) => () => void;
}

/**
 * Collects garbage when a crowd of clients has left and there is little to do. A process without
 * work makes no garbage, and would keep the memory of all of them until it has work again.
 */
export function collectAfterCrowds(
  app: Pick<FastifyInstance, 'server' | 'addHook'>,
  { collect, busy, every }: Collecting = thisProcess(),
): void {
  let [open, most] = [0, 0];
  app.server.on('connection', (socket) => {
    open += 1;
    most = Math.max(most, open);
    socket.once('close', () => {
      open -= 1;
    });
  });
  let before = 0;
  const end = every(lookMilliseconds, () => {
    const isQuiet = busy() < mostBusy;
    const isLeaving = before - open > few;
    before = open;
    if (!isQuiet || isLeaving || most - open < crowd) return;
    collect();
    most = open;
  });
  app.addHook('onClose', async () => end());
}

function thisProcess(): Collecting {
  let before = performance.eventLoopUtilization();
  return {
    collect: collector(),
    busy: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      return utilization;
    },
    every: (milliseconds, look) => {
      const timer = setInterval(look, milliseconds).unref();
      return () => clearInterval(timer);
    },
  };
}

/**
 * The function of `--expose-gc`: contexts that are made while the flag is set have it. As a last
 * resort V8 also returns the pages that it would keep for later.
 */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext("() => gc({ type: 'major', flavor: 'last-resort' })") as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
