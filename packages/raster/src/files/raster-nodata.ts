import type { OddSamples } from '../codecs/odd-samples.ts';
import type { SampleFormat } from '../geotiff/sample-format.ts';
import { fillOfTag, nodataFor, nodataOfTag, parseNumber } from '../tiles/nodata.ts';
import { isData, meaningOf } from '../tiles/sample-values.ts';

/** The meaning of the samples of a band that are no values. */
export interface NoData extends SampleFormat {
  /** The value that means no data, as samples have it after reading; undefined: none. */
  readonly nodata: number | undefined;
  /**
   * The value of cells in sparse tiles. It is the file's own no-data value, whatever the caller
   * gives.
   */
  readonly fill: number;
  /** Whether that value is no data. */
  readonly isHole: boolean;
}

export interface NoDataSources {
  /** The file's own value as it is written; undefined: it has none. */
  readonly tag: string | undefined;
  /** The caller's value instead; `none`: no value is no data. */
  readonly given: number | 'none' | undefined;
}

/** Determines what is no data in a band, besides its mask. */
export function noDataOf(format: SampleFormat, { tag = '', given }: NoDataSources): NoData {
  if (format.odd?.kind === 'long') return longNoData(format, format.odd, { tag, given });
  const { sampleType } = format;
  const own = parseNumber(tag);
  const fill = own === undefined ? 0 : fillOfTag(own, sampleType);
  const meant = given ?? (own === undefined ? 'none' : nodataOfTag(own, sampleType));
  const nodata = typeof meant === 'number' ? nodataFor(meant, sampleType) : undefined;
  return { ...format, nodata, fill, isHole: !isData(fill, meaningOf({ nodata, sampleType })) };
}

/** The no-data value of 64-bit integers becomes NaN when they are read. */
function longNoData(
  format: SampleFormat,
  odd: Extract<OddSamples, { kind: 'long' }>,
  { tag = '', given }: NoDataSources,
): NoData {
  const own = longOfText(tag, odd);
  const nodata = given === undefined ? own : typeof given === 'number' ? longOf(given, odd) : undefined;
  const isHole = own !== undefined && own === nodata;
  return {
    ...format,
    odd: { ...odd, nodata },
    nodata: undefined,
    fill: isHole ? Number.NaN : Number(own ?? 0),
    isHole,
  };
}

/** No 64-bit number has more digits, except for leading zeros. */
const mostDigits = 100;

function longOfText(text: string, odd: { readonly isSigned: boolean }): bigint | undefined {
  const written = text.split('\0')[0]!.trim();
  const [whole] = written.length <= mostDigits ? (/^[+-]?\d+$/.exec(written) ?? []) : [];
  if (whole !== undefined) return inRange(BigInt(whole), odd);
  const value = parseNumber(text);
  return value === undefined ? undefined : longOf(Math.trunc(value), odd);
}

function longOf(value: number, odd: { readonly isSigned: boolean }): bigint | undefined {
  return Number.isInteger(value) ? inRange(BigInt(value), odd) : undefined;
}

function inRange(value: bigint, { isSigned }: { readonly isSigned: boolean }): bigint | undefined {
  const held = isSigned ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
  return held === value ? value : undefined;
}
