import Type, { type TLiteral, type TOptional, type TProperties, type TSchema, type TString } from 'typebox';
import { countedMembers, knownMembers, remarkMembers } from '../result.ts';
import { text } from '../schemas.ts';

/** A member of a definition that a client may choose. */
export interface Choice {
  readonly title: string;
  readonly description: string;
  /** The schema in a catalog, with words for what is expected. */
  readonly inCatalog: TSchema;
  /** The schema in a request; its description names the types that have the member. */
  readonly inRequest: TSchema;
  /** The parts of whole tiles are others with it, so that no tally has them. */
  readonly hasOwnParts?: true;
  /** The members of results, of their groups and the like, that are there only with it. */
  readonly adds?: readonly string[];
}

/** A type of operation in words: its definition, what is chosen of it, what its result says. */
interface ContractParts {
  /** The name by which catalogs and jobs call the type. */
  readonly type: string;
  /** The name by which catalogs call it where it takes several areas, each for itself. */
  readonly many?: string;
  /** The least and the greatest number of the rasters in the list `rasters`. */
  readonly rasters: readonly [least: number, most: number];
  /** Other rasters, by the role that each plays: the member of the definition that names it. */
  readonly roles: Readonly<Record<string, 'required' | 'optional'>>;
  /** `lineSource` where the cells on lines are counted, else `noLines`. */
  readonly lines: TProperties;
  readonly choices: Readonly<Record<string, Choice>>;
  /**
   * Whether parts of whole tiles are kept in tallies: `wholeNumbers` where no raster of the list
   * has floats, of which a tile has nearly as many values as cells.
   */
  readonly tallies: 'always' | 'wholeNumbers' | 'never';
  /** The members of the result that only this type has. */
  readonly members: TProperties;
}

/** The line source of the catalog that a definition names; absent: a request brings its lines. */
export const lineSource = { lines: Type.Optional(text) };
export const noLines = {};

type RoleSchemas<Roles> = { [Role in keyof Roles]: Roles[Role] extends 'optional' ? TOptional<TString> : TString };
type ChoiceSchemas<Choices> = {
  [Name in keyof Choices]: Choices[Name] extends { readonly inCatalog: infer Own extends TSchema }
    ? TOptional<Own>
    : never;
};

/** The contract of a type: its parts, and the schemas of definitions and results that follow. */
export function operationContract<const Parts extends ContractParts>(parts: Parts) {
  type Lines = { [Name in keyof Parts['lines']]: TString };
  const type = Type.Literal(parts.type) as TLiteral<Parts['type']>;
  const chosen = Object.entries(parts.choices).map(([name, { inCatalog }]) => [name, Type.Optional(inCatalog)]);
  return {
    ...parts,
    /** The members of a definition: all that says what is computed. */
    definition: {
      type,
      rasters: rasterNames(...parts.rasters),
      ...roleSchemas<Parts['roles']>(parts.roles, text),
      ...(parts.lines as Parts['lines']),
      ...(Object.fromEntries(chosen) as ChoiceSchemas<Parts['choices']>),
    },
    /** The result document. */
    result: Type.Object(
      {
        ...knownMembers,
        ...roleSchemas<Parts['roles']>(parts.roles, Type.String()),
        /** A line source of the catalog, or `drawn/` and the fingerprint of the lines. */
        ...(Object.fromEntries(Object.keys(parts.lines).map((name) => [name, Type.String()])) as Lines),
        ...countedMembers,
        ...(parts.members as Parts['members']),
        ...remarkMembers,
      },
      { $id: `${parts.type.slice(0, 1).toUpperCase()}${parts.type.slice(1)}Result` },
    ),
  };
}

function rasterNames(least: number, most: number) {
  const expected = most === 1 ? 'a list of one name of a raster' : `a list of ${least} to ${most} names of rasters`;
  return Type.Immutable(Type.Array(text, { minItems: least, maxItems: most, expected }));
}

function roleSchemas<Roles extends ContractParts['roles']>(roles: Roles, name: TString): RoleSchemas<Roles> {
  const schemas = Object.entries(roles).map(([role, need]) => [role, need === 'optional' ? Type.Optional(name) : name]);
  return Object.fromEntries(schemas) as RoleSchemas<Roles>;
}
