import { constants } from 'node:os';

/** Resolves on SIGINT or SIGTERM, once; a second signal ends the process at once. */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve(signal);
      });
    }
  });
}

/**
 * Starts what is to run until it is stopped. `stopped` tells of a signal that comes as soon as it
 * has said that it runs; one that comes earlier ends the process.
 */
export async function startStoppable<Started>(
  start: () => Promise<Started>,
): Promise<{ readonly started: Started; readonly stopped: Promise<NodeJS.Signals> }> {
  const stopped = untilStopped();
  let isStarted = false;
  void stopped.then((signal) => {
    if (!isStarted) process.exit(128 + constants.signals[signal]);
  });
  const started = await start();
  isStarted = true;
  return { started, stopped };
}
