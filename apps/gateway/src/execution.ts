import Type, { type Static } from 'typebox';
import { answerMembers } from './answer-form.ts';
import { crsDescription, resultOutput } from './process-description.ts';

// How GeoJSON is wrong, parsing says better than a schema.
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

const Crs = Type.String({
  description: crsDescription,
  examples: ['EPSG:5070', 'http://www.opengis.net/def/crs/EPSG/0/5070'],
});

/** What can be chosen of an operation; parameters of its own stand beside these. */
const choice = {
  coverage: Type.Optional(
    Type.Enum(['centre', 'touched', 'fraction'], {
      description:
        'Which cells lie in the area: those whose centres do (the default), those that it touches, or each by the share of it that does',
    }),
  ),
  rasters: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: "Other rasters of the catalog in place of the operation's own, by their names",
    }),
  ),
  quantiles: Type.Optional(
    Type.Array(Type.Number({ minimum: 0, maximum: 1 }), { maxItems: 100, description: 'Those of statistics' }),
  ),
};

/** An operation of several, by its name or with what is chosen of it. */
const ChosenOperation = Type.Union([
  Type.String(),
  Type.Object({ operation: Type.String(), ...choice }, { additionalProperties: Type.Unknown() }),
]);

/** All that goes into any process; which of it a process takes, its description says. */
export const Inputs = Type.Object(
  {
    area: Type.Optional(Area),
    areas: Type.Optional(
      Type.Union([Type.Array(Area, { minItems: 1 }), Type.Object({ type: Type.Literal('FeatureCollection') })], {
        description: 'Several areas, each for itself: a list, or the features of a FeatureCollection',
      }),
    ),
    operations: Type.Optional(Type.Array(ChosenOperation, { minItems: 1 })),
    lines: Type.Optional(Lines),
    crs: Type.Optional(Crs),
    ...choice,
  },
  { additionalProperties: Type.Unknown({ description: 'The value of a parameter of the operation, text' }) },
);
export type Inputs = Static<typeof Inputs>;

/** What a client posts to have an operation executed. */
export const Execution = Type.Object(
  { inputs: Inputs, ...answerMembers([resultOutput]) },
  { $id: 'Execution', additionalProperties: false },
);
export type Execution = Static<typeof Execution>;
