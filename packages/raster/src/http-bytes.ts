import type { BytesSource } from './bytes.ts';
import type { Network } from './network.ts';
import { remoteBytes } from './remote-bytes.ts';
import {
  type Announced,
  type Asking,
  announcedBy,
  type ByteRange,
  collect,
  isPassing,
  type Part,
  PassingFailure,
  type RemoteObject,
  replaced,
} from './remote-object.ts';

/** The bytes of an object that a web server gives out by range. Its version is its ETag, else its modification time and length. */
export async function httpBytes(url: string, network: Network, signal?: AbortSignal): Promise<BytesSource> {
  return remoteBytes(httpObject(url), network, signal);
}

function httpObject(url: string): RemoteObject {
  if (!URL.canParse(url)) throw new Error(`cannot open ${url}: not a URL`);
  const { origin, pathname, username, password } = new URL(url);
  // A query may be a signature: it is kept out of messages, and so are passwords.
  const location = origin + pathname;
  if (username !== '' || password !== '')
    throw new Error(`cannot open ${location}: its URL has a user name or password in it`);
  return {
    location,
    identity: url,
    get: (range, asking) => getRange({ url, location, range, asking }),
    close: () => undefined,
  };
}

interface Get {
  readonly url: string;
  readonly location: string;
  readonly range: ByteRange;
  readonly asking: Asking;
}

async function getRange(get: Get): Promise<Part> {
  const { url, location, range, asking } = get;
  const headers = { range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
  const response = await reached(get, fetch(url, { headers, signal: asking.signal }));
  asking.onProgress();
  const content = contentOf(response, range);
  const version = typeof content === 'string' ? undefined : versionOf(response, content.total);
  const isOther = asking.version !== undefined && asking.version !== version;
  if (version === undefined || isOther || response.status === 416) await response.body?.cancel();
  if (typeof content === 'string') throw refusal(response, `cannot read ${location}: ${content}`);
  if (version === undefined || isOther) throw new Error(`cannot read ${location}: ${replaced}`);
  // What comes with status 416 is a page that says so.
  const body = response.status === 416 || !response.body ? nothing() : response.body;
  return { bytes: await reached(get, collect(body, content.length, asking)), version };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** How much is to come, or a sentence that says why it is not what was asked for. */
function contentOf({ status, headers }: Response, range: ByteRange): Announced | string {
  const contentRange = headers.get('content-range') ?? '';
  if (status === 416) return { length: 0, total: /^bytes \*\/(\d+)$/.exec(contentRange)?.[1] ?? '*' };
  if (status === 200) return 'its server answers a request for a range with the whole file, expected status 206';
  if (status !== 206) return `its server answers with status ${status}, expected 206`;
  return announcedBy(contentRange, range);
}

function versionOf({ headers }: Response, total: string): string {
  return headers.get('etag') ?? `${headers.get('last-modified') ?? 'undated'} ${total}`;
}

function refusal({ status, headers }: Response, sentence: string): Error {
  if (!isPassing(status)) return new Error(sentence);
  const seconds = Number(headers.get('retry-after') ?? 0);
  return new PassingFailure(sentence, { retryAfterMilliseconds: Number.isFinite(seconds) ? seconds * 1000 : 0 });
}

async function reached<T>({ location, asking }: Get, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    asking.signal.throwIfAborted();
    // fetch says no more than "fetch failed"; what happened is in the cause.
    const { code = '', message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
    const sentence = `cannot read ${location}: ${reasons[code] ?? message}`;
    throw code === 'ENOTFOUND' ? new Error(sentence, { cause: error }) : new PassingFailure(sentence, { cause: error });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  ENOTFOUND: 'no such host',
  UND_ERR_SOCKET: 'connection lost',
};
