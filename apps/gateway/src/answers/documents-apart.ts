import { Readable } from 'node:stream';
import type { ResultDocument } from '@cellshed/contracts';
import { inEncoding, type Packed } from '../http/encodings.ts';

/** A result document, read by itself. */
export interface Apart {
  readonly document: ResultDocument;
  /** Whether it is the whole stored result: that of a request for one. */
  readonly isOnly: boolean;
  /** The length of its text. */
  readonly bytes: number;
}

/** The text with which the results of a request for several begin. */
const severalBegin = Buffer.from('{"results":[');

/**
 * Reads the documents of a stored result one after the other, unpacked on the way: no more than one
 * of them is in memory.
 */
export function documentsApart(stored: Packed): AsyncGenerator<Apart> {
  const plain = inEncoding(stored, undefined);
  return apartIn(plain instanceof Readable ? plain : [plain]);
}

/** The documents in the text of a result, which comes in chunks. */
export async function* apartIn(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Apart> {
  let head: Uint8Array = Buffer.alloc(0);
  let scan: ReturnType<typeof objectScan> | undefined;
  let isOnly = true;
  let pieces: Uint8Array[] = [];
  for await (const chunk of chunks) {
    const bytes = scan ? chunk : Buffer.concat([head, chunk]);
    if (!scan && bytes.length < severalBegin.length) {
      head = bytes;
      continue;
    }
    isOnly &&= scan !== undefined || !severalBegin.equals(bytes.subarray(0, severalBegin.length));
    scan ??= objectScan(isOnly ? 0 : 2);
    for (const { start, end, isWhole } of scan(bytes)) {
      pieces.push(bytes.subarray(start, end));
      if (!isWhole) continue;
      yield parsed(pieces, isOnly);
      pieces = [];
    }
  }
  if (!scan && head.length > 0) yield parsed([head], isOnly);
}

function parsed(pieces: readonly Uint8Array[], isOnly: boolean): Apart {
  const text = Buffer.concat(pieces);
  return { document: JSON.parse(text.toString()), isOnly, bytes: text.length };
}

interface Slice {
  readonly start: number;
  readonly end: number;
  /** Whether the object ends here; else it goes on in the next chunk. */
  readonly isWhole: boolean;
}

const [quote, backslash] = [0x22, 0x5c];
const opening: readonly number[] = [0x7b, 0x5b];
const closing: readonly number[] = [0x7d, 0x5d];

/** Finds the objects that lie so many brackets deep in JSON text, which comes in chunks. */
function objectScan(depth: number) {
  let level = 0;
  let isText = false;
  let isEscaped = false;
  return function* (chunk: Uint8Array): Generator<Slice> {
    let start = level > depth ? 0 : undefined;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (isText) {
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) isText = false;
      } else if (byte === quote) isText = true;
      else if (opening.includes(byte)) {
        if (level === depth) start = at;
        level += 1;
      } else if (closing.includes(byte)) {
        level -= 1;
        if (level !== depth || start === undefined) continue;
        yield { start, end: at + 1, isWhole: true };
        start = undefined;
      }
    }
    if (start !== undefined) yield { start, end: chunk.length, isWhole: false };
  };
}
