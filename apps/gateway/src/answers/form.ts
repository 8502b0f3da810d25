import type { IncomingHttpHeaders } from 'node:http';
import type { RowKind } from '@cellshed/tables';
import Negotiator from 'negotiator';
import { takes } from '../http/encodings.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { type Format, type FormatName, formats, isTable, mediaTypes } from './formats.ts';

/**
 * The form in which an answer is shown: all that makes its bytes differ from those of other forms
 * of the same result. This is the one place where it is chosen.
 */
export interface Form {
  readonly format: Format;
  readonly encoding: Encoding | undefined;
  /**
   * The version of the names that are joined to the result, of letters and digits; empty: none are.
   */
  readonly labels: string;
}

export type Encoding = 'zstd' | 'gzip';

/** The members of a request that choose the form. */
export interface Wanted {
  readonly headers: IncomingHttpHeaders;
  /** The name of a format, from a query that is checked. */
  readonly f?: FormatName | undefined;
}

/** The headers on which the form depends. */
export const formHeaders = ['accept', 'accept-encoding'] as const;

/** The size from which an answer is packed: the cache packs from here, too. */
const packedFromBytes = 16 * 1024;

/**
 * Chooses the format. Throws a ProblemError (406) that says which there are, if none fits `Accept`.
 * A client that accepts one of the media types `others` gets JSON as well.
 */
export function chooseFormat({ headers, f }: Wanted, others: readonly string[] = []): Format {
  const named = formats.find(({ name }) => name === f);
  if (named) return named;
  const { accept = '' } = headers;
  if (accept.trim() === '') return formats[0];
  // The charset and other parameters change nothing, but quality does.
  const plain = accept.replaceAll(/;\s*(?!q\s*=)[^;,="]+(=("[^"]*"|[^;,"]*))?/gi, '');
  const wanted = new Negotiator({ headers: { accept: plain } }).mediaType([...mediaTypes, ...others]);
  const expected = mediaTypes.join(', ');
  if (wanted === undefined)
    throw new ProblemError(406, `accept: is ${JSON.stringify(accept.slice(0, 100))}, expected one of ${expected}`);
  return formats.find(({ mediaType }) => mediaType === wanted) ?? formats[0];
}

/** The rows that a client wants. Throws a ProblemError (400) for a format that is no table. */
export function chooseRows({ rows }: { readonly rows?: RowKind | undefined }, format: Format): RowKind | undefined {
  if (rows !== 'classes' || isTable(format)) return rows;
  const tables = formats.filter(isTable).map(({ name }) => name);
  const problem = `rows: is ${rows}, but ${format.name} has no rows; expected f to be one of ${tables.join(', ')}`;
  throw new ProblemError(400, problem);
}

/** The form of a result in a format, by the bytes of the document and the version of its names. */
export function formOf(
  format: Format,
  { bytes, labels = '' }: { readonly bytes: number; readonly labels?: string },
  { headers }: Pick<Wanted, 'headers'>,
): Form {
  const isPacked = format.isText && (bytes >= packedFromBytes || format.hasGeometry);
  return {
    format,
    encoding: isPacked ? encodingFor(headers) : undefined,
    labels: format.name === 'json' ? '' : labels,
  };
}

function encodingFor({ 'accept-encoding': accepted = '' }: IncomingHttpHeaders): Encoding | undefined {
  return (['zstd', 'gzip'] as const).find((encoding) => takes(String(accepted), encoding));
}

/** The strong tag of a result in a form; `etag` is that of its entry in the cache. */
export function entityTag(etag: string, { format, encoding, labels }: Form): string {
  return `"${[etag, format.name, encoding ?? 'plain', ...(labels ? [labels] : [])].join('-')}"`;
}
