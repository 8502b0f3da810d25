import type { StatusDocument } from './documents.ts';
import { GatewayError } from './gateway.ts';
import { hasEnded, isPassing, type Watching } from './watching.ts';

/** A status, and the time after which the gateway wants to be asked again. */
export interface Look {
  readonly status: StatusDocument;
  readonly retryAfterSeconds: number | undefined;
}

/** The pauses between two looks: each is longer than the one before, up to a limit. */
const firstPauseMilliseconds = 250;
const longestPauseMilliseconds = 10_000;
const growth = 1.5;

/** How often in a row a look may fail for a reason that may pass. */
const mostFailures = 5;

export interface Polling extends Watching {
  /** A number from 0 to 1: clients that began together do not ask together. */
  readonly random: () => number;
}

/**
 * Asks again and again until a job has ended, less and less often, and never earlier than the
 * gateway wants. Rejects if there is no such job, and with the signal's reason.
 */
export async function lastLook(look: () => Promise<Look>, polling: Polling): Promise<StatusDocument> {
  const { onStatus, signal, everyMilliseconds, pause, random } = polling;
  let failures = 0;
  for (let looks = 0; ; looks += 1) {
    const seen = await look().catch((error: unknown) => {
      failures += 1;
      if (!isPassing(error) || failures >= mostFailures) throw error;
      return error;
    });
    if (!(seen instanceof GatewayError)) {
      failures = 0;
      onStatus?.(seen.status);
      if (hasEnded(seen.status)) return seen.status;
    }
    const own = Math.min(longestPauseMilliseconds, firstPauseMilliseconds * growth ** looks);
    const wanted = Math.max(own, (seen.retryAfterSeconds ?? 0) * 1000);
    await pause(everyMilliseconds ?? wanted * (1 + random() / 4), signal);
  }
}
