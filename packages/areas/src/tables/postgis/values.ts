import pg from 'pg';

/**
 * A parser to values that JSON can express: large whole numbers, dates and the like become text,
 * infinite numbers null.
 */
export function parserOf(oid: number): (text: string) => unknown {
  return parsers[oid] ?? String;
}

const { BOOL, BYTEA, INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, JSON: json, JSONB } = pg.types.builtins;

const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [BOOL]: (text) => text === 't',
  [BYTEA]: (text) => Buffer.from(text.slice(2), 'hex'),
  [INT2]: Number,
  [INT4]: Number,
  [INT8]: (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text),
  [FLOAT4]: finite,
  [FLOAT8]: finite,
  [NUMERIC]: finite,
  [json]: (text) => JSON.parse(text),
  [JSONB]: (text) => JSON.parse(text),
};

function finite(text: string): number | null {
  return Number.isFinite(Number(text)) ? Number(text) : null;
}
