/** A range of bytes in a file. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** The conditions of a request for a range. */
export interface Asking {
  /** The object must still have this version. */
  readonly version?: string | undefined;
  readonly signal: AbortSignal;
  /**
   * Called when the head of an answer arrives, and with the number of bytes whenever any arrive.
   */
  readonly onProgress: (bytes: number) => void;
}

/** The bytes of a range: as many as were asked for, or fewer if the object ends before. */
export interface Part {
  readonly bytes: Uint8Array;
  /** Undefined: the server sends nothing that changes when the object is replaced. */
  readonly version: string | undefined;
  /** The number of bytes of the whole object, if the server sends it. */
  readonly total?: number | undefined;
}

/**
 * An object on a server that answers requests for ranges. Every `get` is one request. It throws the
 * reason of an aborted signal, a PassingFailure if another attempt may succeed, and otherwise an
 * Error of one sentence that names the location and no secret.
 */
export interface RemoteObject {
  /** The location, for messages. */
  readonly location: string;
  /** Distinguishes the object from all others. It may contain secrets. */
  readonly identity: string;
  get(range: ByteRange, asking: Asking): Promise<Part>;
  close(): void;
}

/**
 * A failure after which another attempt may succeed: not before `retryAfterMilliseconds`, if the
 * server gave a time.
 */
export class PassingFailure extends Error {
  readonly retryAfterMilliseconds: number;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterMilliseconds?: number } = {}) {
    super(message, options);
    this.retryAfterMilliseconds = options.retryAfterMilliseconds ?? 0;
  }
}

/** A server answers that it has no such object, or that the caller may not know. */
export class AbsentError extends Error {}

/** Tells whether a server that answers with this status may answer otherwise to another attempt. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** The value of the header Range for a range. */
export function rangeHeader({ offset, length }: ByteRange): string {
  return `bytes=${offset}-${offset + length - 1}`;
}

/**
 * The reasons for a failed connection, by the system's code, for codes whose message is not clear.
 */
export const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  ENOTFOUND: 'no such host',
};

/** The content of a header Content-Range in an answer. */
export interface Announced {
  readonly length: number;
  /** The number of bytes of the whole object; undefined if the server does not send it. */
  readonly total: number | undefined;
}

/**
 * Reads a Content-Range. It must be the range that was asked for, as far as the object reaches.
 * Otherwise returns a sentence that says what was expected.
 */
export function announcedBy(contentRange: string, { offset, length }: ByteRange): Announced | string {
  const [, first, last, all] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(contentRange) ?? [];
  const total = all === '*' ? undefined : Number(all);
  const end = Math.min(offset + length, total ?? Number.POSITIVE_INFINITY);
  if (Number(first) === offset && Number(last) + 1 === end) return { length: end - offset, total };
  return `its server answers with range "${contentRange}", expected bytes ${offset} to ${offset + length - 1}`;
}

/**
 * Collects the bytes of a body, of which `length` were announced. Throws a PassingFailure if the
 * number differs, or the error of the body.
 */
export async function collect(
  body: AsyncIterable<Uint8Array>,
  length: number,
  { onProgress }: Pick<Asking, 'onProgress'>,
): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let came = 0;
  for await (const chunk of body) {
    onProgress(chunk.length);
    if (came + chunk.length <= length) bytes.set(chunk, came);
    came += chunk.length;
  }
  if (came !== length) throw new PassingFailure(`${came} bytes came, its server promised ${length}`);
  return bytes;
}

/** The reason why an object of another version is not read. */
export const replaced = 'it was replaced since it was opened';

/** An object has another version than the one that it must still have. */
export class ReplacedError extends Error {
  constructor({ location }: Pick<RemoteObject, 'location'>) {
    super(`cannot read ${location}: ${replaced}`);
  }
}
