import type { IncomingHttpHeaders } from 'node:http';
import type { Refusal } from '@catchment/contracts';
import Negotiator from 'negotiator';
import { takes } from '../http/encodings.ts';
import { type Format, formats } from './formats.ts';

/**
 * The form in which an answer is shown: all that makes its bytes differ from those of other forms
 * of the same result. This is the one place where it is chosen.
 */
export interface Form {
  readonly format: Format;
  readonly encoding: Encoding | undefined;
  /**
   * The version of the labels that are joined to the result, of letters and digits; empty: none
   * are.
   */
  readonly labels: string;
}

export type Encoding = 'zstd' | 'gzip';

/** The members of a request that choose the form. */
export interface Wanted {
  readonly headers: IncomingHttpHeaders;
  /** The name of a format, from the query. */
  readonly f?: string | undefined;
}

/** The headers on which the form depends. */
export const formHeaders = ['accept', 'accept-encoding'] as const;

/** The size from which an answer is packed: the cache packs from here, too. */
const packedFromBytes = 16 * 1024;

/** Chooses the format. A Refusal says which there are. */
export function chooseFormat({ headers, f }: Wanted): Format | Refusal {
  if (f !== undefined)
    return formats.find(({ name }) => name === f) ?? { path: 'f', problem: `is ${JSON.stringify(f)}` };
  if (!headers.accept?.trim()) return formats[0];
  const wanted = new Negotiator({ headers }).mediaType(formats.map(({ mediaType }) => mediaType));
  const found = formats.find(({ mediaType }) => mediaType === wanted);
  const expected = formats.map(({ mediaType }) => mediaType).join(', ');
  return (
    found ?? { path: 'accept', problem: `is ${JSON.stringify(headers.accept.slice(0, 100))}, expected ${expected}` }
  );
}

/** The form of a result with so many bytes in a format. */
export function formOf(format: Format, bytes: number, { headers }: Pick<Wanted, 'headers'>): Form {
  return { format, encoding: bytes < packedFromBytes ? undefined : encodingFor(headers), labels: '' };
}

function encodingFor({ 'accept-encoding': accepted = '' }: IncomingHttpHeaders): Encoding | undefined {
  return (['zstd', 'gzip'] as const).find((encoding) => takes(String(accepted), encoding));
}

/** The strong tag of a result in a form; `etag` is that of its entry in the cache. */
export function entityTag(etag: string, { format, encoding, labels }: Form): string {
  return `"${[etag, format.name, encoding ?? 'plain', ...(labels ? [labels] : [])].join('-')}"`;
}
