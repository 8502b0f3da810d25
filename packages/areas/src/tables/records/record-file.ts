import type { Refusal } from '@cellshed/contracts';
import type { LonLat } from '../../lon-lat.ts';
import type { ParsedPolygons } from '../../rings.ts';
import type { AreaRecord } from '../../table.ts';

/**
 * An open file of records, which are counted from 0 as GDAL counts them. Every record has the same
 * properties and a geometry. Each method throws a sentence where the file is damaged.
 */
export interface RecordFile {
  /** The names of the properties. */
  readonly properties: readonly string[];
  readonly lonLat: LonLat;
  /** The values of some properties of all records, in the order of the file. */
  scan(properties: readonly string[]): Iterable<Scanned>;
  /** All properties of a record, in values that JSON can express. */
  propertiesOf(row: number): AreaRecord['properties'];
  geometryOf(row: number): ParsedPolygons | Refusal;
  /**
   * The boxes of all geometries in the CRS of the file: four numbers for each record, not finite
   * where there is no geometry. Absent where geometries would have to be read one by one.
   */
  boxes?(): Float64Array;
  /** Whether the file has not been written since it was opened. */
  isUnchanged(): boolean;
  /** Closes the file. It may be called twice. */
  close(): void;
}

/** A record in a scan. */
export interface Scanned {
  readonly row: number;
  /** The values in the order of the properties that were asked for. */
  readonly values: readonly unknown[];
  /** The size of the record's geometry as it is stored, where the file tells it. */
  readonly bytes?: number | undefined;
}

/** A whole number as JSON can express it: a large one becomes text. */
export function wholeNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** A number as JSON can express it. */
export function finiteNumber(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
