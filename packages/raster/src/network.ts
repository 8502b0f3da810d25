import { setTimeout as wait } from 'node:timers/promises';
import type { OtherHosts } from './other-hosts.ts';
import type { RangeCache } from './range-cache.ts';
import { type Asking, type ByteRange, type Part, PassingFailure, type RemoteObject } from './remote-object.ts';
import { turns } from './turns.ts';

export interface NetworkOptions {
  /** Most requests under way at once, of all rasters; default 32. */
  readonly requestsAtOnce?: number | undefined;
  /** How often a request is sent before its failure is told; default 5. */
  readonly attempts?: number | undefined;
  /** After how long without a byte a request has failed; default 20,000. */
  readonly silenceMilliseconds?: number | undefined;
  /** Where what was read is kept; default: nowhere. */
  readonly cache?: RangeCache | undefined;
  /** Where servers may send on to; default: nowhere but to themselves. */
  readonly others?: OtherHosts | undefined;
  /** Waits between two attempts. */
  readonly wait?: ((milliseconds: number, signal?: AbortSignal) => Promise<unknown>) | undefined;
  /** From 0 to 1. */
  readonly random?: (() => number) | undefined;
}

interface Wanted {
  /** The object must still have this version. */
  readonly version?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What rasters on servers are read through. */
export interface Network {
  readonly cache: RangeCache | undefined;
  /** Where servers may send on to, beside themselves. */
  readonly others?: OtherHosts | undefined;
  /**
   * Asks an object for a range, when it is its turn. What may pass (a connection that is lost, a
   * server that is busy or away) is tried again, after 0.1, 0.2, 0.4, … seconds and up to as much
   * again, or as many as the server wants, up to 10. Throws as `RemoteObject.get` does.
   */
  get(object: RemoteObject, range: ByteRange, wanted: Wanted): Promise<Part>;
}

export function openNetwork(options: NetworkOptions = {}): Network {
  const { requestsAtOnce = 32, attempts = 5, silenceMilliseconds = 20_000, random = Math.random } = options;
  const pause = options.wait ?? ((milliseconds, signal) => wait(milliseconds, undefined, signal && { signal }));
  const inTurn = turns(requestsAtOnce);
  return {
    cache: options.cache,
    others: options.others,
    async get(object, range, { version, signal }) {
      for (let attempt = 1; ; attempt++) {
        try {
          const get = (patient: Omit<Asking, 'version'>) => object.get(range, { version, ...patient });
          return await inTurn(signal, () => unlessSilent({ object, silenceMilliseconds, signal }, get));
        } catch (error) {
          if (attempt >= attempts || !(error instanceof PassingFailure)) throw error;
          const backoff = 100 * 2 ** (attempt - 1) * (1 + random());
          // Whoever is aborted meanwhile is told when it is his turn.
          await pause(Math.min(10_000, Math.max(backoff, error.retryAfterMilliseconds)), signal).catch(() => undefined);
        }
      }
    },
  };
}

interface Patience {
  readonly object: RemoteObject;
  readonly silenceMilliseconds: number;
  readonly signal: AbortSignal | undefined;
}

async function unlessSilent<T>(
  { object, silenceMilliseconds, signal }: Patience,
  work: (asking: Omit<Asking, 'version'>) => Promise<T>,
): Promise<T> {
  const silence = new AbortController();
  const timer = setTimeout(() => {
    const sentence = `cannot read ${object.location}: its server has sent nothing for ${silenceMilliseconds / 1000} s`;
    silence.abort(new PassingFailure(sentence));
  }, silenceMilliseconds);
  try {
    return await work({
      signal: AbortSignal.any([silence.signal, ...(signal ? [signal] : [])]),
      onProgress: () => timer.refresh(),
    });
  } finally {
    clearTimeout(timer);
  }
}
