/** The properties of an area. */
export type Properties = Readonly<Record<string, unknown>>;

interface Asked {
  readonly table: string | undefined;
  /** The property that tells areas apart where nobody names one. */
  readonly usualId: string;
}

/**
 * The properties that may hold ids, the likeliest first: one that is called as its table, a known
 * code, then other texts, then the number of the record, names at last.
 */
export function inOrderOfIds(examples: readonly Properties[], { table, usualId }: Asked): string[] {
  const columns = columnsOf(examples).filter((column) => valuesOf(examples, column).every(isIdLike));
  const isText = (column: string) => valuesOf(examples, column).every((value) => typeof value === 'string');
  const names = columns.filter(isName);
  const others = columns.filter((column) => !isName(column));
  const ordered = [
    ...others.filter((column) => column.toLowerCase() === table?.toLowerCase()),
    ...others.filter(isCode),
    ...others.filter(isText),
    usualId,
    ...names.filter(isText),
  ];
  return [...new Set(ordered)];
}

/**
 * The properties that hold names for people, the likeliest first: one that is called just so, then
 * those that tell the most areas apart. A subbasin's record may have the name of its basin, too.
 */
export function inOrderOfNames(examples: readonly Properties[]): string[] {
  const texts = columnsOf(examples).filter(
    (column) => isName(column) && valuesOf(examples, column).some((value) => typeof value === 'string' && value !== ''),
  );
  const kinds = (column: string) => new Set(valuesOf(examples, column)).size;
  const byKinds = texts.toSorted((one, other) => kinds(other) - kinds(one));
  return [...new Set([...texts.filter((column) => /^name$/i.test(column)), ...byKinds])];
}

function isCode(column: string): boolean {
  return (
    /^(huc_?\d{0,2}|geoid\d*|comid|nhdplusid|tnmid|id|code|.*(_id|_code|id_?\d*))$/i.test(column) &&
    !/^(fid|ogc_fid|objectid)/i.test(column)
  );
}

function isName(column: string): boolean {
  return /^(name|title|label|.*_name|name_?\w*|namelsad\d*)$/i.test(column);
}

/** Whether a value may be an id: a text, or a whole number. Measures have fractions. */
function isIdLike(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || Number.isSafeInteger(value);
}

function columnsOf(examples: readonly Properties[]): string[] {
  return [...new Set(examples.flatMap((properties) => Object.keys(properties)))];
}

function valuesOf(examples: readonly Properties[], column: string): unknown[] {
  return examples.map((properties) => properties[column]);
}
