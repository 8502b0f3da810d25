import type { BytesSource } from './bytes.ts';

/**
 * The bytes of an object that a web server gives out by range. Its version is its ETag, else its modification time and length.
 * A read throws when the object has been replaced since it was opened. Nothing is tried twice.
 */
export async function httpBytes(url: string, signal?: AbortSignal): Promise<BytesSource> {
  const object = parse(url);
  const { version } = await object.get(0, 1, signal);
  return {
    location: object.location,
    version,
    async read(offset, length, signal) {
      if (length === 0) return new Uint8Array(0);
      const part = await object.get(offset, length, signal);
      if (part.version !== version)
        throw new Error(`cannot read ${object.location}: it was replaced since it was opened`);
      return part.bytes;
    },
    currentVersion: async (signal) => (await object.get(0, 1, signal)).version,
    close: async () => undefined,
  };
}

function parse(url: string) {
  if (!URL.canParse(url)) throw new Error(`cannot open ${url}: not a URL`);
  const { origin, pathname, username, password } = new URL(url);
  // A query may be a signature: it is kept out of messages, and so are passwords.
  const location = origin + pathname;
  if (username !== '' || password !== '')
    throw new Error(`cannot open ${location}: its URL has a user name or password in it`);
  return {
    location,
    get: (offset: number, length: number, signal: AbortSignal | undefined) =>
      getRange({ url, location, offset, length, signal }),
  };
}

interface Range {
  readonly url: string;
  readonly location: string;
  readonly offset: number;
  readonly length: number;
  readonly signal: AbortSignal | undefined;
}

async function getRange(range: Range): Promise<{ readonly bytes: Uint8Array; readonly version: string }> {
  const { url, location, offset, length, signal } = range;
  signal?.throwIfAborted();
  const headers = { range: `bytes=${offset}-${offset + length - 1}` };
  const response = await reached(range, fetch(url, signal ? { headers, signal } : { headers }));
  const content = contentOf(response, range);
  if (typeof content === 'string') {
    await response.body?.cancel();
    throw new Error(`cannot read ${location}: ${content}`);
  }
  const body = new Uint8Array(await reached(range, response.arrayBuffer()));
  // What comes with status 416 is a page that says so.
  const bytes = response.status === 206 ? body : new Uint8Array(0);
  if (bytes.length !== content.length) {
    throw new Error(`cannot read ${location}: ${bytes.length} bytes came, its server promised ${content.length}`);
  }
  return { bytes, version: versionOf(response, content.total) };
}

/** How much of what comes, or a sentence that says why it is not what was asked for. */
function contentOf(
  { status, headers }: Response,
  { offset, length }: Range,
): { length: number; total: string } | string {
  const contentRange = headers.get('content-range') ?? '';
  if (status === 416) return { length: 0, total: /^bytes \*\/(\d+)$/.exec(contentRange)?.[1] ?? '*' };
  if (status === 200) return 'its server answers a request for a range with the whole file, expected status 206';
  if (status !== 206) return `its server answers with status ${status}, expected 206`;
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(contentRange) ?? [];
  const end = Math.min(offset + length, total === '*' ? Number.POSITIVE_INFINITY : Number(total));
  if (Number(first) !== offset || Number(last) + 1 !== end) {
    return `its server answers with range "${contentRange}", expected bytes ${offset} to ${offset + length - 1}`;
  }
  return { length: end - offset, total: total ?? '*' };
}

function versionOf({ headers }: Response, total: string): string {
  return headers.get('etag') ?? `${headers.get('last-modified') ?? 'undated'} ${total}`;
}

async function reached<T>({ location, signal }: Range, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    signal?.throwIfAborted();
    // fetch says no more than "fetch failed"; what happened is in the cause.
    const { code = '', message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
    throw new Error(`cannot read ${location}: ${reasons[code] ?? message}`, { cause: error });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  ENOTFOUND: 'no such host',
  UND_ERR_SOCKET: 'connection lost',
};
