import type { IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http';
import { connecting } from './connecting.ts';
import type { Network } from './network.ts';
import { http, https } from './node-http.ts';
import { type OtherHosts, privateAddress } from './other-hosts.ts';
import { isAtHome, RefusedRedirect, redirectProblem, type Way } from './redirects.ts';
import { headBytes } from './remote-bytes.ts';
import {
  AbsentError,
  type Announced,
  type Asking,
  announcedBy,
  type ByteRange,
  collect,
  isPassing,
  type Part,
  PassingFailure,
  type RemoteObject,
  ReplacedError,
  rangeHeader,
  reasons,
} from './remote-object.ts';

/**
 * An object of a web server that answers requests for ranges. Its version is its ETag, else its
 * modification time and length; undefined if the server sends neither.
 */
export function httpObject(url: string, { others }: Pick<Network, 'others'>): RemoteObject {
  if (!URL.canParse(url)) throw new Error(`cannot open ${url}: not a URL`);
  const { origin, pathname, username, password } = new URL(url);
  // The query may be a signature: neither it nor a password appears in messages.
  const location = origin + pathname;
  if (username !== '' || password !== '')
    throw new Error(`cannot open ${location}: its URL has a user name or password in it`);
  return {
    location,
    identity: url,
    get: (range, asking) => getRange({ url, location, others, range, asking }),
    close: () => undefined,
  };
}

interface Get {
  readonly url: string;
  readonly location: string;
  readonly others: OtherHosts | undefined;
  readonly range: ByteRange;
  readonly asking: Asking;
}

async function getRange(get: Get): Promise<Part> {
  const { url, location, range, asking } = get;
  const headers = { range: rangeHeader(range), 'accept-encoding': 'identity', 'user-agent': 'catchment' };
  const way = { start: new URL(url), others: get.others, redirects: mostRedirects };
  const answer = await reached(get, answerOf(way.start, { headers, signal: asking.signal }, way));
  asking.onProgress(0);
  const content = contentOf(answer, range);
  const isOver = answer.statusCode === 416;
  // Headers of a 416 answer may be those of an error page.
  const known = isOver ? asking.version : undefined;
  const version = known ?? (typeof content === 'string' ? undefined : versionOf(answer, content));
  const isOther = asking.version !== undefined && !isSame(asking.version, version);
  if (typeof content === 'string' || isOther || isOver) answer.destroy();
  if (typeof content === 'string') throw refusal(answer, `cannot read ${location}: ${content}`);
  if (isOther) throw new ReplacedError(get);
  // The body of a 416 answer is an error page.
  if (isOver) return { bytes: new Uint8Array(0), version, total: content.total };
  const bytes = await reached(get, collect(answer, content.length, asking));
  return { bytes: bytes.subarray(0, range.length), version, total: content.total };
}

const agents = { http: new http.Agent(connecting), https: new https.Agent(connecting) };

const mostRedirects = 5;

/**
 * Requests a URL, follows redirects, and returns the head of the answer; its body is still to come.
 */
async function answerOf(url: URL, options: RequestOptions, way: Way): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  // The addresses of hosts in the catalog's own URLs are up to the operator.
  const by = isAtHome(url, way.start) ? agents : (way.others?.agents ?? agents);
  const get = url.protocol === 'https:' ? https.get : http.get;
  get(url, { ...options, agent: url.protocol === 'https:' ? by.https : by.http }, resolve).on('error', reject);
  const answer = await promise;
  const elsewhere = way.redirects > 0 ? elsewhereOf(answer, url) : undefined;
  if (!elsewhere) return answer;
  answer.resume();
  try {
    const problem = redirectProblem(url, elsewhere, way);
    if (problem !== undefined) throw new RefusedRedirect(problem);
    return await answerOf(elsewhere, options, { ...way, redirects: way.redirects - 1 });
  } finally {
    // The body of a redirect may never end. A body that has ended leaves its connection to the next
    // request.
    if (!answer.complete) answer.destroy();
  }
}

function elsewhereOf({ statusCode = 0, headers }: IncomingMessage, { href }: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return undefined;
  const elsewhere = URL.canParse(headers.location, href) ? new URL(headers.location, href) : undefined;
  return elsewhere && /^https?:$/.test(elsewhere.protocol) ? elsewhere : undefined;
}

/**
 * Returns the number of bytes to come, or a sentence that says why the answer is not the one that
 * was asked for.
 */
function contentOf({ statusCode, headers }: IncomingMessage, range: ByteRange): Announced | string {
  const contentRange = headers['content-range'] ?? '';
  if (statusCode === 416) {
    if (range.offset === 0) return 'its server answers with status 416, expected 206: the file is empty';
    const [, total] = /^bytes \*\/(\d+)$/.exec(contentRange) ?? [];
    return { length: 0, total: total === undefined ? undefined : Number(total) };
  }
  if (statusCode === 200) return wholeOf(headers, range);
  if (statusCode === 407) return 'the proxy wants a user and a password (status 407), expected them in HTTP_PROXY';
  if (statusCode !== 206) return `its server answers with status ${statusCode}, expected 206`;
  return encodingProblem(headers) ?? announcedBy(contentRange, range);
}

/**
 * Some servers send the whole file with status 200 if a range reaches past its end. It is accepted
 * if the file is small.
 */
function wholeOf(headers: IncomingHttpHeaders, { offset }: ByteRange): Announced | string {
  const total = Number(headers['content-length'] ?? Number.NaN);
  if (offset === 0 && total <= headBytes) return encodingProblem(headers) ?? { length: total, total };
  return 'its server answers a request for a range with the whole file, expected status 206';
}

function encodingProblem({ 'content-encoding': encoding = 'identity' }: IncomingHttpHeaders): string | undefined {
  if (encoding.toLowerCase() === 'identity') return undefined;
  return `its server sends the bytes in the encoding "${encoding}", expected them as they are`;
}

/**
 * The version of an answer; undefined if its ETag is empty and its time is missing, unreadable or
 * zero.
 */
function versionOf({ headers }: IncomingMessage, { total }: Announced): string | undefined {
  const { etag = '', 'last-modified': modified = '' } = headers;
  if (!/^(W\/)?("")?$/.test(etag)) return etag;
  return Date.parse(modified) > 0 ? `${modified} ${total ?? '*'}` : undefined;
}

/** Tells whether two versions are equal. A weak ETag equals the strong one. */
function isSame(one: string, other: string | undefined): boolean {
  const weak = (version: string | undefined) => version?.replace(/^W\//, '');
  return weak(one) === weak(other);
}

function refusal({ statusCode = 0, headers }: IncomingMessage, sentence: string): Error {
  if (!isPassing(statusCode)) return isAbsent(statusCode) ? new AbsentError(sentence) : new Error(sentence);
  const seconds = Number(headers['retry-after'] ?? 0);
  return new PassingFailure(sentence, { retryAfterMilliseconds: Number.isFinite(seconds) ? seconds * 1000 : 0 });
}

/** Tells whether a server, and not a proxy before it, says that it does not give an object. */
function isAbsent(status: number): boolean {
  return status >= 400 && status < 500 && status !== 407;
}

async function reached<T>({ location, asking }: Get, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    asking.signal.throwIfAborted();
    const { code = '', message } = error as NodeJS.ErrnoException;
    const sentence = `cannot read ${location}: ${reasons[code] ?? message}`;
    const isForGood = error instanceof RefusedRedirect || code === 'ENOTFOUND' || code === privateAddress;
    throw isForGood ? new Error(sentence, { cause: error }) : new PassingFailure(sentence, { cause: error });
  }
}
