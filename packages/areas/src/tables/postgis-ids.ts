import type { Column } from './postgis-columns.ts';
import { quoted } from './postgis-sql.ts';

/** The ids in a column, which are told by their text. Expressions are SQL over the table as `t`. */
export interface IdColumn {
  /** The column itself. */
  readonly column: string;
  /** Its text. */
  readonly text: string;
  /** The condition that the id is the text `$1`, by an index on the column where it can. */
  readonly isGiven: string;
  /** Whether a text can be an id at all: what cannot would be an error in the database. */
  canBe(text: string): boolean;
}

/** Undefined for a type whose values are no ids. */
export function idColumn({ name, type, typeSchema, isEnum }: Column): IdColumn | undefined {
  const column = `t.${quoted(name)}`;
  const kind = isEnum ? textOnly : kinds[type];
  if (kind === undefined) return undefined;
  const text = kind.text?.(column) ?? `${column}::text`;
  // Collations may take different texts for the same.
  const isText = `${text} COLLATE "C" = $1::text`;
  const equal = kind.equal?.(column, `${quoted(typeSchema)}.`);
  return { column, text, isGiven: equal ? `${equal} AND ${isText}` : isText, canBe: kind.canBe };
}

interface Kind {
  readonly text?: (column: string) => string;
  /** What an index on the column can tell of `$1`; `schema` is that of the type. */
  readonly equal?: (column: string, schema: string) => string;
  readonly canBe: (text: string) => boolean;
}

/** Whether a text can be in the database, which has no character 0 and no half characters. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

const castTo = (type: string) => (column: string) => `${column} = $1::text::${type}`;

const textOnly: Kind = { canBe: isStorable };

const whole: Kind = {
  equal: castTo('bigint'),
  canBe: (text) => /^(0|-?[1-9][0-9]{0,18})$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text),
};

/** Whole ones are written in decimals, as those of files are. */
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
  // Of an extension, which may be in a schema that is not looked in.
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
