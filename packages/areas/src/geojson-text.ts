import { refuseShape } from '@catchment/budget';
import { isObject, type JsonObject } from './json-object.ts';

/**
 * A collection has some ten levels, and properties have some of their own. More lists than anybody
 * keeps in memory are better a GeoPackage.
 */
const mostOfText = { levels: 64, lists: 2 ** 25 };

/**
 * The value of a GeoJSON text. A text of several values, each on a line of its own or after a
 * record separator (newline-delimited GeoJSON; RFC 8142), is a FeatureCollection of them. A byte
 * order mark is passed over. Throws an Error that says what is wrong, without a name.
 */
export function parseGeoJson(text: string): unknown {
  // The byte order mark is white space.
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
 * Cuts text that comes in pieces into records: at record separators where it begins with one, else
 * at the ends of lines.
 */
export interface RecordSplitter {
  /**
   * The records that come to their end in this piece. It is taken wholly only when all of them are.
   */
  push(piece: string): Iterable<string>;
  /** The last one, if it holds anything. */
  end(): Iterable<string>;
  /** Characters of the record that has not come to its end. */
  readonly pending: number;
}

const recordSeparator = '\x1e';
const leading = /^\x1e\s*/;

export function recordSplitter(): RecordSplitter {
  let separator: string | undefined;
  let parts: string[] = [];
  let pending = 0;

  function take(): string[] {
    // Files that were put together hold byte order marks and separators anywhere.
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

/** Reads records as a FeatureCollection. */
export interface SequenceReader {
  /** False once the first record has shown that there is none. */
  readonly isSequence: boolean;
  /** Throws for a record that is no JSON, unless it is the first: then there is no sequence. */
  take(record: string): void;
  /** Undefined where there is no sequence. */
  end(): JsonObject | undefined;
}

/** Has records read, up to the one that shows that there is no sequence. */
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
      else if ('problem' in value)
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

/** The features of a record: itself, those of a collection, or one with its geometry. */
function featuresIn(record: unknown): readonly unknown[] {
  if (!isObject(record) || record['type'] === 'Feature') return [record];
  const { type, features, crs } = record;
  if (type !== 'FeatureCollection') return [{ type: 'Feature', properties: null, geometry: record }];
  if (!Array.isArray(features)) return [record];
  return crs === undefined ? features : features.map((feature) => (isObject(feature) ? { crs, ...feature } : feature));
}

/** What a parser says quotes what stands there, line ends as they are. */
function inOneLine({ message }: Error): string {
  return message.replaceAll(/[\s\p{Cc}]+/gu, ' ');
}

function refuse(message: string): never {
  throw new Error(`is not JSON (${message})`);
}
