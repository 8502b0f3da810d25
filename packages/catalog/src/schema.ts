import Type, { type Static } from 'typebox';

const text = Type.String({ minLength: 1, expected: 'text (in quotes where it looks like a number)' });
const closed = { additionalProperties: false };

/** What a value of a raster stands for, and the colour of its cells on a map. */
export const LegendClass = Type.Object(
  {
    label: text,
    color: Type.Optional(
      Type.String({ pattern: '^#[0-9a-fA-F]{6}$', expected: 'a colour in quotes, such as "#466b9f"' }),
    ),
  },
  closed,
);
export type LegendClass = Static<typeof LegendClass>;

/** A raster as it stands in the catalog file. */
export const RasterEntry = Type.Object(
  {
    title: Type.Optional(text),
    url: text,
    version: Type.Optional(text),
    nodata: Type.Optional(
      Type.Union([Type.Number(), Type.Literal('none')], {
        expected: 'a number, or "none" (NaN is no data in any case)',
      }),
    ),
    band: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535, expected: 'a whole number from 1 to 65535' })),
    crs: Type.Optional(text),
    units: Type.Optional(text),
    aliases: Type.Optional(Type.Immutable(Type.Array(text, { expected: 'a list of names' }))),
    legend: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^-?(?:0|[1-9][0-9]*)(?:[.][0-9]*[1-9])?$' }),
        Type.Union([text, LegendClass], { expected: 'a label, or a map of label and color' }),
        { ...closed, expected: 'a map from values to labels', expectedKey: 'a number in its shortest form' },
      ),
    ),
  },
  closed,
);
export type RasterEntry = Static<typeof RasterEntry>;

const duration = Type.String({ pattern: '^[1-9][0-9]{0,8}[smhd]$', expected: 'a duration such as 90s, 15m, 6h or 7d' });

/** Members of every operation, whatever its type. */
const anyOperation = {
  title: Type.Optional(text),
  description: Type.Optional(text),
  /** A result older than this is served once more while it is computed anew. */
  lifetime: Type.Optional(duration),
  /** A result older than this is not served at all. */
  hardLimit: Type.Optional(duration),
};

/** Cells per combination of the values of one to eight rasters. */
export const GroupedCountEntry = Type.Object(
  {
    ...anyOperation,
    type: Type.Literal('groupedCount'),
    rasters: Type.Immutable(
      Type.Array(text, { minItems: 1, maxItems: 8, expected: 'a list of 1 to 8 names of rasters' }),
    ),
  },
  closed,
);

/** An operation as it stands in the catalog file; its `type` says which. */
export const OperationEntry = Type.Union([GroupedCountEntry], { expected: 'a map' });
export type OperationEntry = Static<typeof OperationEntry>;

/** An area table as it stands in the catalog file. */
export const AreaTableEntry = Type.Object(
  {
    title: Type.Optional(text),
    source: text,
    table: Type.Optional(text),
    id: text,
    name: Type.Optional(text),
    version: Type.Optional(text),
  },
  closed,
);
export type AreaTableEntry = Static<typeof AreaTableEntry>;

/** The catalog file. */
export const CatalogFile = Type.Object(
  {
    title: Type.Optional(text),
    description: Type.Optional(text),
    rasters: named(RasterEntry),
    operations: named(OperationEntry),
    areas: Type.Optional(named(AreaTableEntry)),
  },
  closed,
);
export type CatalogFile = Static<typeof CatalogFile>;

function named<Entry extends Type.TSchema>(entry: Entry) {
  return Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_-]{0,62}$' }), entry, {
    ...closed,
    expected: 'a map of names',
    expectedKey: 'a name of at most 63 small letters, digits, "_" and "-" that begins with a letter',
  });
}
