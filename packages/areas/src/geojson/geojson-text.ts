import { refuseShape } from '@cellshed/budget';
import { isRefusal } from '@cellshed/contracts';
import { isObject, type JsonObject } from './json-object.ts';

/**
 * The limits of one text. A collection has about ten levels, and properties may have more. A file
 * with more lists is better a GeoPackage.
 */
const mostOfText = { levels: 64, lists: 2 ** 25 };

/**
 * The value of a GeoJSON text. A text of several values becomes a FeatureCollection; each value
 * stands on a line of its own or after a record separator (newline-delimited GeoJSON; RFC 8142). A
 * byte order mark is skipped. Throws an Error that says what is wrong, without a file name.
 */
export function parseGeoJson(text: string): unknown {
  // `trim` also removes a byte order mark.
  const whole = text.trim();
  if (whole === '') throw new Error('is empty, expected GeoJSON');
  refuseShape(whole, mostOfText);
  try {
    return JSON.parse(whole);
  } catch (cause) {
    const splitter = recordSplitter();
    const reader = sequenceReader();
    takeAll(reader, splitter.push(whole));
    takeAll(reader, splitter.end());
    return reader.end() ?? refuse(inOneLine(cause as Error));
  }
}

/**
 * A splitter of text that arrives in pieces. It splits at record separators if the text begins with
 * one, else at line ends.
 */
export interface RecordSplitter {
  /** The records that end in this piece. The piece is used up only when all of them are taken. */
  push(piece: string): Iterable<string>;
  /** The last record, if it has any content. */
  end(): Iterable<string>;
  /** The number of characters in the unfinished record. */
  readonly pending: number;
}

const recordSeparator = '\x1e';
const leading = /^\x1e\s*/;

export function recordSplitter(): RecordSplitter {
  let separator: string | undefined;
  let parts: string[] = [];
  let pending = 0;

  function take(): string[] {
    // Concatenated files have byte order marks and separators in the middle.
    const record = parts.join('').trim().replace(leading, '');
    parts = [];
    pending = 0;
    return record === '' ? [] : [record];
  }

  return {
    *push(piece) {
      if (separator === undefined && piece.trim() !== '')
        separator = piece.trimStart().startsWith(recordSeparator) ? recordSeparator : '\n';
      if (separator === undefined) return;
      let start = 0;
      for (let end = piece.indexOf(separator); end >= 0; end = piece.indexOf(separator, start)) {
        parts.push(piece.slice(start, end));
        yield* take();
        start = end + 1;
      }
      parts.push(piece.slice(start));
      pending += piece.length - start;
    },
    end: take,
    get pending() {
      return pending;
    },
  };
}

/** A reader that collects records into a FeatureCollection. */
export interface SequenceReader {
  /** Whether the text may be a sequence. False after a first record that is no complete JSON. */
  readonly isSequence: boolean;
  /**
   * Takes a record. Throws for a record that is no JSON, unless it is the first: then the text is
   * no sequence.
   */
  take(record: string): void;
  /** The collection, or undefined if the text is no sequence. */
  end(): JsonObject | undefined;
}

/** Gives records to the reader, until the reader finds that the text is no sequence. */
export function takeAll(reader: SequenceReader, records: Iterable<string>): void {
  for (const record of records) {
    if (!reader.isSequence) return;
    reader.take(record);
  }
}

export function sequenceReader(): SequenceReader {
  const features: unknown[] = [];
  let count = 0;
  let isSequence = true;
  return {
    get isSequence() {
      return isSequence;
    },
    take(record) {
      const value = valueOf(record);
      if (count === 0) isSequence = 'value' in value && isObject(value.value);
      else if (isRefusal(value))
        throw new Error(`is newline-delimited GeoJSON, but its record ${count} is not JSON (${value.problem})`);
      if (!('value' in value) || !isSequence) return;
      for (const feature of featuresIn(value.value)) features.push(feature);
      count += 1;
    },
    end: () => (isSequence && count > 0 ? { type: 'FeatureCollection', features } : undefined),
  };
}

function valueOf(record: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    refuseShape(record, mostOfText);
    return { value: JSON.parse(record) };
  } catch (error) {
    return { problem: inOneLine(error as Error) };
  }
}

/**
 * The features of a record: the record itself, the members of a collection, or one feature with the
 * geometry.
 */
function featuresIn(record: unknown): readonly unknown[] {
  if (!isObject(record) || record['type'] === 'Feature') return [record];
  const { type, features, crs } = record;
  if (type !== 'FeatureCollection') return [{ type: 'Feature', properties: null, geometry: record }];
  if (!Array.isArray(features)) return [record];
  return crs === undefined ? features : features.map((feature) => (isObject(feature) ? { crs, ...feature } : feature));
}

/** The parser's message in one line: it quotes the text with its line ends. */
function inOneLine({ message }: Error): string {
  return message.replaceAll(/[\s\p{Cc}]+/gu, ' ');
}

function refuse(message: string): never {
  throw new Error(`is not JSON (${message})`);
}
