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
  /**
   * The bytes of a body that must arrive each second, on average over the time of a silence;
   * default 4,096. Without a limit, a server that sends a byte now and then would hold a thread for
   * hours.
   */
  readonly leastBytesPerSecond?: number | undefined;
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
  const { requestsAtOnce = 32, attempts = 5, random = Math.random } = options;
  const { silenceMilliseconds = 20_000, leastBytesPerSecond = 4096 } = options;
  const pause = options.wait ?? ((milliseconds, signal) => wait(milliseconds, undefined, signal && { signal }));
  const inTurn = turns(requestsAtOnce);
  return {
    cache: options.cache,
    others: options.others,
    async get(object, range, { version, signal }) {
      for (let attempt = 1; ; attempt++) {
        try {
          const get = (patient: Omit<Asking, 'version'>) => object.get(range, { version, ...patient });
          return await inTurn(signal, () =>
            unlessSlow({ object, silenceMilliseconds, leastBytesPerSecond, signal }, get),
          );
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
  readonly leastBytesPerSecond: number;
  readonly signal: AbortSignal | undefined;
}

async function unlessSlow<T>(
  { object, silenceMilliseconds, leastBytesPerSecond, signal }: Patience,
  work: (asking: Omit<Asking, 'version'>) => Promise<T>,
): Promise<T> {
  const giveUp = new AbortController();
  const seconds = silenceMilliseconds / 1000;
  const fail = (what: string) =>
    giveUp.abort(new PassingFailure(`cannot read ${object.location}: its server ${what} for ${seconds} s`));
  const silence = setTimeout(fail, silenceMilliseconds, 'has sent nothing');
  let came = 0;
  let pace: NodeJS.Timeout | undefined;
  const look = () => {
    if (came < leastBytesPerSecond * seconds) fail(`has sent fewer than ${leastBytesPerSecond} bytes a second`);
    came = 0;
  };
  try {
    return await work({
      signal: AbortSignal.any([giveUp.signal, ...(signal ? [signal] : [])]),
      onProgress: (bytes) => {
        silence.refresh();
        came += bytes;
        // The time until the head of an answer arrives does not count.
        pace ??= setInterval(look, silenceMilliseconds);
      },
    });
  } finally {
    clearTimeout(silence);
    clearInterval(pace);
  }
}
