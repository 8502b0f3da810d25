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
  /** The condition that the id is one of the texts `$1`, through such an index too. */
  readonly isAmongGiven: string;
  /** Whether a text can be an id. Other texts would be an error in the database. */
  canBe(text: string): boolean;
}

/** The ids of a column. Undefined for a type whose values are no ids. */
export function idColumn({ name, type, typeSchema, isEnum }: Column): IdColumn | undefined {
  const column = `t.${quoted(name)}`;
  const kind = isEnum ? textOnly : kinds[type];
  if (kind === undefined) return undefined;
  const text = kind.text?.(column) ?? `${column}::text`;
  const isIt = kind.comparedAs ? comparison(column, `${quoted(typeSchema)}.`, kind.comparedAs) : () => '';
  return {
    column,
    text,
    // A collation may take different texts for equal ones.
    isGiven: `${isIt('one')}${text} COLLATE "C" = $1::text`,
    isAmongGiven: `${isIt('some')}${text} COLLATE "C" = ANY($1::text[])`,
    canBe: kind.canBe,
  };
}

/**
 * A condition on `$1` that an index can answer, with AND after it. Types that an extension brings
 * are in a schema that may be outside the search path.
 */
function comparison(column: string, schema: string, type: string) {
  const [equals, other] = [`${column} OPERATOR(${schema}=)`, `${schema}${quoted(type)}`];
  return (given: 'one' | 'some') =>
    given === 'one' ? `${equals} $1::text::${other} AND ` : `${equals} ANY($1::text[]::${other}[]) AND `;
}

interface Kind {
  readonly text?: (column: string) => string;
  /** The type that ids become to be compared by an index, in the schema of the column's type. */
  readonly comparedAs?: string;
  readonly canBe: (text: string) => boolean;
}

/** Whether the database can hold a text: it has no character 0 and no half characters. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

const textOnly: Kind = { canBe: isStorable };

const whole: Kind = {
  comparedAs: 'int8',
  canBe: (text) => /^(0|-?[1-9][0-9]{0,18})$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text),
};

/** Whole numbers are written in decimals, as in files. */
const float: Kind = {
  text: (column) =>
    `CASE WHEN ${column} = trunc(${column}) AND abs(${column}) < 9007199254740992 THEN ${column}::int8::text ELSE ${column}::text END`,
  comparedAs: 'float8',
  canBe: (text) => /^-?[0-9]{1,17}([.][0-9]{1,17})?(e[+-][0-9]{2})?$/.test(text),
};

const kinds: Readonly<Record<string, Kind>> = {
  text: { ...textOnly, comparedAs: 'text' },
  varchar: { ...textOnly, comparedAs: 'text' },
  name: { ...textOnly, comparedAs: 'text' },
  bpchar: { ...textOnly, comparedAs: 'bpchar' },
  citext: { ...textOnly, comparedAs: 'citext' },
  uuid: {
    comparedAs: 'uuid',
    canBe: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text),
  },
  int2: whole,
  int4: whole,
  int8: whole,
  numeric: { comparedAs: 'numeric', canBe: (text) => /^-?[0-9]{1,1000}([.][0-9]{1,1000})?$/.test(text) },
  float4: float,
  float8: float,
};
