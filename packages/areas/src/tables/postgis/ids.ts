import type { Column } from './columns.ts';
import { quoted } from './quoted.ts';

/** The ids in a column, compared by their text. Expressions are SQL over the table as `t`. */
export interface IdColumn {
  /** The column itself. */
  readonly column: string;
  /** The text of the column. */
  readonly text: string;
  /** The condition that the id is the text `$1`, through an index on the column where possible. */
  readonly isGiven: string;
  /** Whether a text can be an id. Other texts would be an error in the database. */
  canBe(text: string): boolean;
}

/** The ids of a column. Undefined for a type whose values are no ids. */
export function idColumn({ name, type, typeSchema, isEnum }: Column): IdColumn | undefined {
  const column = `t.${quoted(name)}`;
  const kind = isEnum ? textOnly : kinds[type];
  if (kind === undefined) return undefined;
  const text = kind.text?.(column) ?? `${column}::text`;
  // A collation may take different texts for equal ones.
  const isText = `${text} COLLATE "C" = $1::text`;
  const equal = kind.equal?.(column, `${quoted(typeSchema)}.`);
  return { column, text, isGiven: equal ? `${equal} AND ${isText}` : isText, canBe: kind.canBe };
}

interface Kind {
  readonly text?: (column: string) => string;
  /** A condition on `$1` that an index can answer. `schema` is the schema of the type. */
  readonly equal?: (column: string, schema: string) => string;
  readonly canBe: (text: string) => boolean;
}

/** Whether the database can hold a text: it has no character 0 and no half characters. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

const castTo = (type: string) => (column: string) => `${column} = $1::text::${type}`;

const textOnly: Kind = { canBe: isStorable };

const whole: Kind = {
  equal: castTo('bigint'),
  canBe: (text) => /^(0|-?[1-9][0-9]{0,18})$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text),
};

/** Whole numbers are written in decimals, as in files. */
const float: Kind = {
  text: (column) =>
    `CASE WHEN ${column} = trunc(${column}) AND abs(${column}) < 9007199254740992 THEN ${column}::int8::text ELSE ${column}::text END`,
  equal: castTo('float8'),
  canBe: (text) => /^-?[0-9]{1,17}([.][0-9]{1,17})?(e[+-][0-9]{2})?$/.test(text),
};

const kinds: Readonly<Record<string, Kind>> = {
  text: { ...textOnly, equal: castTo('text') },
  varchar: { ...textOnly, equal: castTo('text') },
  name: { ...textOnly, equal: castTo('text') },
  bpchar: { ...textOnly, equal: castTo('bpchar') },
  // `citext` is an extension, and its schema may be outside the search path.
  citext: {
    ...textOnly,
    equal: (column, schema) => `${column} OPERATOR(${schema}=) $1::text::${schema}citext`,
  },
  uuid: {
    equal: castTo('uuid'),
    canBe: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text),
  },
  int2: whole,
  int4: whole,
  int8: whole,
  numeric: { equal: castTo('numeric'), canBe: (text) => /^-?[0-9]{1,1000}([.][0-9]{1,1000})?$/.test(text) },
  float4: { ...float, equal: (column) => `${column} = $1::text::float8` },
  float8: float,
};
