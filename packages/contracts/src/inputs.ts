import Type, { type Static, type TOptional, type TSchema } from 'typebox';
import { type Choices, choosable } from './choices.ts';
import { coverageRules, coverages } from './coverage.ts';

// The schema is loose: parsing says better what is wrong with GeoJSON.
const Area = Type.Union([Type.String(), Type.Object({})], {
  description:
    'A well-known area as "table/id", or a drawn one as GeoJSON Polygon, MultiPolygon, Feature or FeatureCollection, in lon/lat or in `crs`',
  examples: ['huc12/990102030104'],
});

const Lines = Type.Object(
  {},
  {
    description: 'GeoJSON LineString, MultiLineString, Feature or FeatureCollection, in lon/lat or in `crs`',
  },
);

/** The description of the input `crs`. */
export const crsDescription =
  'The CRS of the areas and lines that are drawn: a code such as EPSG:5070, also as URL, URN or CURIE. x is the longitude or easting, whatever order of axes the CRS has. Where it is the CRS of the rasters, coordinates are taken as they stand.';

const Crs = Type.String({
  description: crsDescription,
  examples: ['EPSG:5070', 'http://www.opengis.net/def/crs/EPSG/0/5070'],
});

const [defaultCells, ...otherCells] = Object.values(coverageRules).map(({ cells }) => cells);

/** The members of a choice of an operation; the operation's parameters are beside these. */
const choice = {
  coverage: Type.Optional(
    Type.Enum(coverages, {
      description: `Which cells lie in the area: ${orList([`${defaultCells} (the default)`, ...otherCells])}`,
    }),
  ),
  rasters: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: "Other rasters of the catalog in place of the operation's own, by their names",
    }),
  ),
  ...(Object.fromEntries(
    Object.entries(choosable).map(([name, { inRequest }]) => [name, Type.Optional(inRequest)]),
  ) as { [Name in keyof Choices]-?: TOptional<TSchema> }),
};

/** `a, b, or c` */
function orList(texts: readonly string[]): string {
  return `${texts.slice(0, -1).join(', ')}, or ${texts.at(-1)}`;
}

/** One of several operations: its name, or its name and what is chosen of it. */
const ChosenOperation = Type.Union([
  Type.String(),
  Type.Object({ operation: Type.String(), ...choice }, { additionalProperties: Type.Unknown() }),
]);

/** The description of the input `upstream`. */
export const upstreamDescription =
  'Whether the answer is for the area and all that drain into it, by the links of its table: the sum of the results of each';

/** The members that say which areas of a table are meant, as one or each for itself. */
const unitsMembers = {
  upstream: Type.Optional(Type.Boolean({ description: upstreamDescription })),
  within: Type.Optional(
    Type.String({
      maxLength: 300,
      description: 'A well-known area, "table/id", in which the areas lie that are meant of the table in `areas`',
      examples: ['huc8/99010203'],
    }),
  ),
  by: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        'A property by whose values the areas of the table in `areas` are united; `huc12:8` is its first eight characters',
      examples: ['county'],
    }),
  ),
  sum: Type.Optional(Type.Boolean({ description: 'Whether the areas within another are answered for as one' })),
};

/** The inputs of all processes; the description of each says which of them it takes. */
export const Inputs = Type.Object(
  {
    area: Type.Optional(Area),
    areas: Type.Optional(
      Type.Union(
        [
          Type.Array(Area, { minItems: 1 }),
          Type.Object({ type: Type.Literal('FeatureCollection') }),
          Type.String({ maxLength: 200 }),
        ],
        {
          description:
            'Several areas, each for itself: a list, the features of a FeatureCollection, or an area table, whose areas `within` or `by` choose',
        },
      ),
    ),
    ...unitsMembers,
    operations: Type.Optional(Type.Array(ChosenOperation, { minItems: 1 })),
    lines: Type.Optional(Lines),
    crs: Type.Optional(Crs),
    ...choice,
  },
  { additionalProperties: Type.Unknown({ description: 'The value of a parameter of the operation, text' }) },
);
export type Inputs = Static<typeof Inputs>;

/** The inputs that every operation has. No parameter of an operation can have their names. */
export const inputNames: readonly string[] = Object.keys(Inputs.properties);

/**
 * The members of queries that choose an operation, areas or a format. Parameters of operations
 * stand beside them, and cannot have their names either.
 */
export const queryNames = [
  'operation',
  'q',
  'bbox',
  'datetime',
  'limit',
  'offset',
  'f',
  'rows',
  'drainsInto',
  'upstreamOf',
  'skipGeometry',
] as const;
