import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';

const resolution = 10;
const windowMilliseconds = 200;

/**
 * Measures by how many milliseconds the event loop of this process is late: the median of the last
 * fifth of a second. So a single pause does not count, as for garbage, or while the process stood
 * still.
 */
export function measureLateness(app: Pick<FastifyInstance, 'addHook'>): () => number {
  const delays = monitorEventLoopDelay({ resolution });
  delays.enable();
  let lateness = 0;
  const timer = setInterval(() => {
    if (delays.count > 0) lateness = Math.max(0, delays.percentile(50) / 1e6 - resolution);
    delays.reset();
  }, windowMilliseconds).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    delays.disable();
  });
  return () => lateness;
}
