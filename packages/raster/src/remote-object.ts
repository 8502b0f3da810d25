/** Bytes of a file, from `offset`. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** What comes with a request for a range. */
export interface Asking {
  /** The object must still have this version. */
  readonly version?: string | undefined;
  readonly signal: AbortSignal;
  /** To be called whenever something arrives. */
  readonly onProgress: () => void;
}

/** Bytes of an object: as many as were asked for, or fewer where it ends before. */
export interface Part {
  readonly bytes: Uint8Array;
  /** Undefined: the server sends nothing that would change when the object is replaced. */
  readonly version: string | undefined;
  /** Bytes of the whole object, where its server says so. */
  readonly total?: number | undefined;
}

/**
 * An object on a server that gives it out by range. Every `get` is one request. It throws the
 * signal's reason when that is aborted, a PassingFailure for what may not happen again, and else an
 * Error of one sentence that names the location and no secret.
 */
export interface RemoteObject {
  /** For messages. */
  readonly location: string;
  /** Tells the object from all others; there may be secrets in it. */
  readonly identity: string;
  get(range: ByteRange, asking: Asking): Promise<Part>;
  close(): void;
}

/**
 * A server did not answer as it should, and may do so when it is asked again: not before
 * `retryAfterMilliseconds`, if it said so.
 */
export class PassingFailure extends Error {
  readonly retryAfterMilliseconds: number;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterMilliseconds?: number } = {}) {
    super(message, options);
    this.retryAfterMilliseconds = options.retryAfterMilliseconds ?? 0;
  }
}

/** A server says that it has no such object, or that whoever asks may not know. */
export class AbsentError extends Error {}

/** Whether a server that answers with this status may answer otherwise when it is asked again. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** What the header Range of a request for a range says. */
export function rangeHeader({ offset, length }: ByteRange): string {
  return `bytes=${offset}-${offset + length - 1}`;
}

/**
 * Why a server was not reached, by the system's code, where its message does not say so plainly.
 */
export const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  ENOTFOUND: 'no such host',
};

/** What an answer with a range says of itself: a header Content-Range, as HTTP writes it. */
export interface Announced {
  readonly length: number;
  /** Bytes of the whole object; undefined: the server does not say. */
  readonly total: number | undefined;
}

/**
 * Reads a Content-Range, which must be that of the range asked for, as far as the object goes. Else
 * a sentence says what was expected.
 */
export function announcedBy(contentRange: string, { offset, length }: ByteRange): Announced | string {
  const [, first, last, all] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(contentRange) ?? [];
  const total = all === '*' ? undefined : Number(all);
  const end = Math.min(offset + length, total ?? Number.POSITIVE_INFINITY);
  if (Number(first) === offset && Number(last) + 1 === end) return { length: end - offset, total };
  return `its server answers with range "${contentRange}", expected bytes ${offset} to ${offset + length - 1}`;
}

/**
 * The bytes of a body, of which `length` were announced. Throws a PassingFailure when others come,
 * or what the body throws.
 */
export async function collect(
  body: AsyncIterable<Uint8Array>,
  length: number,
  { onProgress }: Pick<Asking, 'onProgress'>,
): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let came = 0;
  for await (const chunk of body) {
    onProgress();
    if (came + chunk.length <= length) bytes.set(chunk, came);
    came += chunk.length;
  }
  if (came !== length) throw new PassingFailure(`${came} bytes came, its server promised ${length}`);
  return bytes;
}

/** Why an object of another version is not read. */
export const replaced = 'it was replaced since it was opened';
