import { fillOfTag, nodataFor, nodataOfTag, parseNumber } from './nodata.ts';
import type { OddSamples } from './odd-samples.ts';
import type { SampleFormat } from './sample-format.ts';
import { isData, meaningOf } from './sample-values.ts';

/** What the samples of a band mean that are no values. */
export interface NoData extends SampleFormat {
  /** The value that means no data, as samples have it once they are read; undefined: none. */
  readonly nodata: number | undefined;
  /**
   * What cells of sparse tiles hold; the file's own no-data value says so, whatever is meant by it.
   */
  readonly fill: number;
  /** Whether that is no data. */
  readonly isHole: boolean;
}

export interface NoDataSources {
  /** The file's own, as it is written; undefined: it has none. */
  readonly tag: string | undefined;
  /** In place of it; `none`: it is not meant. */
  readonly given: number | 'none' | undefined;
}

/** Finds out what is no data of a band, beside what a mask hides. */
export function noDataOf(format: SampleFormat, { tag = '', given }: NoDataSources): NoData {
  if (format.odd?.kind === 'long') return longNoData(format, format.odd, { tag, given });
  const { sampleType } = format;
  const own = parseNumber(tag);
  const fill = own === undefined ? 0 : fillOfTag(own, sampleType);
  const meant = given ?? (own === undefined ? 'none' : nodataOfTag(own, sampleType));
  const nodata = typeof meant === 'number' ? nodataFor(meant, sampleType) : undefined;
  return { ...format, nodata, fill, isHole: !isData(fill, meaningOf({ nodata, sampleType })) };
}

/** Of integers of 64 bits the no-data value becomes NaN when they are read. */
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

/** No number of 64 bits has more digits, but for zeros in front of it. */
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
