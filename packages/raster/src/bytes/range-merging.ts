import { freeMemory } from './free-memory.ts';
import type { ByteRange } from './remote-object.ts';

export interface MergingLimits {
  /** Ranges with at most this many bytes between them are merged. */
  readonly gapBytes: number;
  /** A merged range has at most this many bytes. */
  readonly mostBytes: number;
}

/** A range to be requested, and the ranges in it that callers asked for. */
export interface Merged<Range> extends ByteRange {
  readonly ranges: readonly Range[];
}

/**
 * Merges ranges that overlap or are near each other. Each of them is inside one of the merged
 * ranges, which ascend.
 */
export function mergeRanges<Range extends ByteRange>(
  ranges: Iterable<Range>,
  { gapBytes, mostBytes }: MergingLimits,
): Merged<Range>[] {
  const merged: (ByteRange & { length: number; readonly ranges: Range[] })[] = [];
  for (const range of [...ranges].sort((a, b) => a.offset - b.offset)) {
    const last = merged.at(-1);
    const end = Math.max(endOf(range), last ? endOf(last) : 0);
    const length = end - (last?.offset ?? 0);
    // A range inside the one before is merged with it, even if that one is large.
    if (last && range.offset - endOf(last) <= gapBytes && (length <= mostBytes || length === last.length)) {
      last.ranges.push(range);
      last.length = length;
    } else merged.push({ offset: range.offset, length: range.length, ranges: [range] });
  }
  return merged;
}

/** Gets the bytes of a range; fewer if the object ends before. */
export type GetBytes = (range: ByteRange, signal: AbortSignal) => Promise<Uint8Array>;

/**
 * Reads ranges of one object. Ranges that are asked for in one turn of the event loop become few
 * requests, and a range that a running request will bring waits for that request. Each caller gets
 * a buffer of its own. A caller whose signal is aborted stops waiting at once, without effect on
 * the others; a request is aborted when its last caller has stopped waiting.
 */
export function mergingReader(get: GetBytes, limits: MergingLimits) {
  const waiting = new Set<Reader>();
  const underWay = new Set<Request>();

  const send = () => {
    for (const merged of mergeRanges(waiting, limits)) {
      const request: Request = { ...merged, readers: new Set(merged.ranges), stop: new AbortController() };
      for (const reader of merged.ranges) reader.request = request;
      underWay.add(request);
      void answer(request, get).finally(() => underWay.delete(request));
    }
    waiting.clear();
  };
  const join = (reader: Reader) => {
    const request = [...underWay].find((one) => one.offset <= reader.offset && endOf(reader) <= endOf(one));
    reader.request = request;
    if (request) {
      request.readers.add(reader);
      return;
    }
    if (waiting.size === 0) setImmediate(send);
    waiting.add(reader);
  };
  const leave = (reader: Reader, reason: unknown) => {
    waiting.delete(reader);
    reader.reject(reason);
    const { request } = reader;
    request?.readers.delete(reader);
    if (!request || request.readers.size > 0) return;
    underWay.delete(request);
    request.stop.abort(reason);
  };

  return async (range: ByteRange, signal?: AbortSignal): Promise<Uint8Array> => {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const reader: Reader = { ...range, resolve, reject, request: undefined };
    const abort = () => leave(reader, signal?.reason);
    signal?.addEventListener('abort', abort);
    join(reader);
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  };
}

interface Reader extends ByteRange {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (reason: unknown) => void;
  request: Request | undefined;
}

interface Request extends ByteRange {
  readonly readers: Set<Reader>;
  readonly stop: AbortController;
}

async function answer({ offset, length, readers, stop }: Request, get: GetBytes): Promise<void> {
  try {
    const bytes = await get({ offset, length }, stop.signal);
    const [first] = readers;
    // A single caller gets the buffer itself.
    if (readers.size === 1 && first?.length === length) return first.resolve(bytes);
    for (const reader of readers) {
      const start = reader.offset - offset;
      reader.resolve(new Uint8Array(bytes.subarray(start, start + reader.length)));
    }
    freeMemory(bytes);
  } catch (error) {
    for (const reader of readers) reader.reject(error);
  }
}

function endOf({ offset, length }: ByteRange): number {
  return offset + length;
}
