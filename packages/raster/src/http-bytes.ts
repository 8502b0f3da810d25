import * as http from 'node:http';
import * as https from 'node:https';
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
  rangeHeader,
  reasons,
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
  const headers = { range: rangeHeader(range), 'user-agent': 'catchment' };
  const answer = await reached(get, answerOf(new URL(url), { headers, signal: asking.signal }));
  asking.onProgress();
  const content = contentOf(answer, range);
  const version = typeof content === 'string' ? undefined : versionOf(answer, content);
  const isOther = asking.version !== undefined && asking.version !== version;
  const isOver = answer.statusCode === 416;
  if (version === undefined || isOther || isOver) answer.destroy();
  if (typeof content === 'string') throw refusal(answer, `cannot read ${location}: ${content}`);
  if (version === undefined || isOther) throw new Error(`cannot read ${location}: ${replaced}`);
  // What comes with status 416 is a page that says so.
  const bytes = isOver ? new Uint8Array(0) : await reached(get, collect(answer, content.length, asking));
  return { bytes, version, total: content.total };
}

/** Connections that nobody uses stay open for so long, where the server does not close them before. */
const idleMilliseconds = 60_000;

const keeping = { keepAlive: true, timeout: idleMilliseconds };
const plainly = { get: http.get, agent: new http.Agent(keeping) };
const overTls = { get: https.get, agent: new https.Agent(keeping) };

const mostRedirects = 5;

/** The head of the answer to a GET request, wherever the server sends it to; its body is still to come. */
async function answerOf(
  url: URL,
  options: http.RequestOptions,
  redirects = mostRedirects,
): Promise<http.IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const { get, agent } = url.protocol === 'https:' ? overTls : plainly;
  get(url, { ...options, agent }, resolve).on('error', reject);
  const answer = await promise;
  const elsewhere = redirects > 0 ? elsewhereOf(answer, url) : undefined;
  if (!elsewhere) return answer;
  answer.resume();
  return answerOf(elsewhere, options, redirects - 1);
}

function elsewhereOf({ statusCode = 0, headers }: http.IncomingMessage, { href }: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return undefined;
  const elsewhere = URL.canParse(headers.location, href) ? new URL(headers.location, href) : undefined;
  return elsewhere && /^https?:$/.test(elsewhere.protocol) ? elsewhere : undefined;
}

/** How much is to come, or a sentence that says why it is not what was asked for. */
function contentOf({ statusCode, headers }: http.IncomingMessage, range: ByteRange): Announced | string {
  const contentRange = headers['content-range'] ?? '';
  if (statusCode === 416) {
    const [, total] = /^bytes \*\/(\d+)$/.exec(contentRange) ?? [];
    return { length: 0, total: total === undefined ? undefined : Number(total) };
  }
  if (statusCode === 200) return 'its server answers a request for a range with the whole file, expected status 206';
  if (statusCode !== 206) return `its server answers with status ${statusCode}, expected 206`;
  return announcedBy(contentRange, range);
}

function versionOf({ headers }: http.IncomingMessage, { total }: Announced): string {
  return headers.etag ?? `${headers['last-modified'] ?? 'undated'} ${total ?? '*'}`;
}

function refusal({ statusCode = 0, headers }: http.IncomingMessage, sentence: string): Error {
  if (!isPassing(statusCode)) return new Error(sentence);
  const seconds = Number(headers['retry-after'] ?? 0);
  return new PassingFailure(sentence, { retryAfterMilliseconds: Number.isFinite(seconds) ? seconds * 1000 : 0 });
}

async function reached<T>({ location, asking }: Get, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    asking.signal.throwIfAborted();
    const { code = '', message } = error as NodeJS.ErrnoException;
    const sentence = `cannot read ${location}: ${reasons[code] ?? message}`;
    throw code === 'ENOTFOUND' ? new Error(sentence, { cause: error }) : new PassingFailure(sentence, { cause: error });
  }
}
