import type { FastifyInstance } from 'fastify';
import { connectionsOf } from './listening.ts';

/**
 * Has every answer end its connection once the signal is aborted, so that clients go elsewhere with
 * their next request. Call this before routes are added.
 */
export function endConnections(app: FastifyInstance, stopping: AbortSignal): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping.aborted) reply.header('connection', 'close');
    done(null, payload);
  });
}

const lookAgainMilliseconds = 20;

/**
 * Resolves when a server has no connections, and after so many milliseconds at the latest. Closing
 * one that is idle fails the request which its client is just sending: those that ask often are
 * told first.
 */
export async function untilAlone({ server }: Pick<FastifyInstance, 'server'>, mostMilliseconds: number): Promise<void> {
  const end = performance.now() + mostMilliseconds;
  while (performance.now() < end && connectionsOf(server) > 0) {
    await new Promise((resolve) => setTimeout(resolve, lookAgainMilliseconds));
  }
}
