import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';

const resolution = 10;
const windowMilliseconds = 200;
const windows = 5;

/**
 * Measures by how many milliseconds the event loop of this process has been late for a second: the
 * least of the medians of five fifths. So no pause counts, as for garbage, or while the process
 * stood still, and a process that has caught up is not late any more.
 */
export function measureLateness(app: Pick<FastifyInstance, 'addHook'>): () => number {
  const delays = monitorEventLoopDelay({ resolution });
  delays.enable();
  let medians: readonly number[] = new Array(windows).fill(0);
  const timer = setInterval(() => {
    if (delays.count > 0) medians = [...medians.slice(1), delays.percentile(50) / 1e6 - resolution];
    delays.reset();
  }, windowMilliseconds).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    delays.disable();
  });
  return () => Math.max(0, Math.min(...medians));
}
