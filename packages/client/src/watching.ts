import type { StatusDocument } from './documents.ts';
import { GatewayError } from './gateway.ts';

export interface Aborting {
  readonly signal?: AbortSignal | undefined;
}

export interface WaitOptions extends Aborting {
  /** Receives every status that the client learns. */
  readonly onStatus?: ((status: StatusDocument) => void) | undefined;
  /** The client asks so often, in place of listening to events. */
  readonly everyMilliseconds?: number | undefined;
}

/** The options of a wait, and the clock. */
export interface Watching extends WaitOptions {
  readonly pause: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** Whether a job with this status has ended. */
export function hasEnded({ status }: StatusDocument): boolean {
  return status !== 'accepted' && status !== 'running';
}

/** Whether the same request may succeed later: nobody answered, or the gateway was busy. */
export function isPassing(error: unknown): error is GatewayError {
  const isPassingStatus = (status = 503) => status === 429 || status >= 500;
  return error instanceof GatewayError && isPassingStatus(error.status);
}

/** Resolves after a time. Rejects with the signal's reason when it is aborted. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}
