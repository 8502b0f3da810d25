import { type Job, WaitingError } from 'bullmq';

/** The reason of the signal of a job that is to be handed back. */
export const handedBack = 'handed back';

export function isHandedBack({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason === handedBack;
}

/** Rejects when a job is to be handed back, whatever its work waits for. */
export function whenHandedBack(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/**
 * Puts a job back in front of its queue, and frees its lock. What its work still writes is written
 * as by a worker that is taken for lost.
 */
export async function handBack(job: Job, token: string): Promise<never> {
  // One that has just ended, or waits for something by now, is not there any more.
  await job.moveToWait(token).catch(() => undefined);
  throw new WaitingError();
}
