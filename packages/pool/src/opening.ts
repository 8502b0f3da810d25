import { setTimeout } from 'node:timers/promises';

/**
 * Opens something once for all who ask; who is told to stop does not wait for it. Where it fails,
 * those fail who wait for it, and whoever asks next has it opened again after a pause: a thread
 * that fails at once would be the first to be free for the next job.
 */
export function openedOnce<Opened>(
  open: () => Promise<Opened>,
  pauseMilliseconds: number,
): (heard: { readonly signal: AbortSignal }) => Promise<Opened> {
  let opening: Promise<Opened> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  const failed = (error: Error) => {
    opening = undefined;
    failedAt = performance.now();
    throw error;
  };
  return async ({ signal }) => {
    const pause = failedAt + pauseMilliseconds - performance.now();
    if (!opening && pause > 0) await setTimeout(pause, undefined, { signal });
    signal.throwIfAborted();
    opening ??= open().catch(failed);
    const stopped = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => stopped.reject(signal.reason), { once: true });
    return Promise.race([opening, stopped.promise]);
  };
}
