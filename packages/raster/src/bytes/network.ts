import { setTimeout as wait } from 'node:timers/promises';
import type { OtherHosts } from './other-hosts.ts';
import type { RangeCache } from './range-cache.ts';
import { type Asking, type ByteRange, type Part, PassingFailure, type RemoteObject } from './remote-object.ts';
import { turns } from './turns.ts';

export interface NetworkOptions {
  /** The most requests in progress at once, for all rasters; default 32. */
  readonly requestsAtOnce?: number | undefined;
  /** The number of times that a request is sent before its failure is reported; default 5. */
  readonly attempts?: number | undefined;
  /** The time without a byte after which a request fails; default 20,000. */
  readonly silenceMilliseconds?: number | undefined;
  /** The cache for the ranges that are read; default: none. */
  readonly cache?: RangeCache | undefined;
  /** The hosts to which servers may redirect; default: only themselves. */
  readonly others?: OtherHosts | undefined;
  /** Waits between two attempts. */
  readonly wait?: ((milliseconds: number, signal?: AbortSignal) => Promise<unknown>) | undefined;
  /** From 0 to 1. */
  readonly random?: (() => number) | undefined;
}

interface Wanted {
  /** The version that the object must still have. */
  readonly version?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads from servers, for all rasters together. */
export interface Network {
  readonly cache: RangeCache | undefined;
  /** The hosts to which servers may redirect, besides themselves. */
  readonly others?: OtherHosts | undefined;
  /**
   * Requests a range of an object, when its turn comes. A failure that may pass (a lost connection,
   * a server that is busy or away) is followed by another attempt: after 0.1, 0.2, 0.4, … seconds
   * and up to twice that, or after the time that the server asks for, at most 10 s. Throws as
   * `RemoteObject.get` does.
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
          // A request that is aborted meanwhile fails when its turn comes.
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
