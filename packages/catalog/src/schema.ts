import {
  closed,
  type Definition,
  type OperationContract,
  type OperationType,
  operationContracts,
  type TypeNameOf,
  text,
  typeNamesOf,
} from '@cellshed/contracts';
import { otherHostPattern } from '@cellshed/raster';
import Type, { type Static } from 'typebox';

/** The meaning of a value of a raster, and the colour of its cells on a map. */
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
    /**
     * A GeoTIFF, or a VRT of some; several that are one raster are a list, or local ones a pattern.
     */
    url: Type.Union([text, Type.Immutable(Type.Array(text, { minItems: 1, expected: 'a list of 1 or more files' }))], {
      expected: 'text (in quotes where it looks like a number), or a list of files',
    }),
    version: Type.Optional(text),
    /**
     * Hosts to which its servers may send on, beside themselves; ranges of private addresses at
     * which these may be.
     */
    hosts: Type.Optional(
      Type.Immutable(
        Type.Array(
          Type.String({
            pattern: otherHostPattern,
            expected: 'a host such as data.example.org or data.example.org:8443, or a range such as 10.0.0.0/8',
          }),
          { minItems: 1, expected: 'a list of hosts' },
        ),
      ),
    ),
    nodata: Type.Optional(
      Type.Union([Type.Number(), Type.Literal('none')], {
        expected: 'a number, or "none" (NaN is no data in any case)',
      }),
    ),
    /** Whether what the file's mask or alpha band hides is no data; absent: it is. */
    mask: Type.Optional(
      Type.Literal('none', { expected: '"none" (without this member, what the mask hides is no data)' }),
    ),
    /**
     * Whether its values are in units, by the scale and offset that the file has; absent: they are
     * as they are stored.
     */
    scaled: Type.Optional(Type.Boolean({ expected: 'true or false' })),
    /**
     * Whether files beside it are read; absent: they are, on a web server only where it does not
     * say where it lies.
     */
    sidecars: Type.Optional(
      Type.Union([Type.Literal('read'), Type.Literal('none')], {
        expected: '"read" or "none" (whether .aux.xml, .msk and world files are looked for)',
      }),
    ),
    band: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535, expected: 'a whole number from 1 to 65535' })),
    crs: Type.Optional(text),
    units: Type.Optional(text),
    /** The time that its values are of, as people write it. */
    date: Type.Optional(text),
    /** The words with which whoever uses it names its makers. */
    citation: Type.Optional(text),
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
const durationOrNone = Type.String({
  pattern: '^(0|[1-9][0-9]{0,8})[smhd]$',
  expected: 'a duration such as 0s, 90s, 15m, 6h or 7d',
});

/**
 * Values that a client may choose for a `{name}` in the names of an operation's rasters, such as
 * the months of a climate normal.
 */
export const ParameterEntry = Type.Object(
  {
    title: Type.Optional(text),
    values: Type.Immutable(
      Type.Array(Type.String({ pattern: '^[A-Za-z0-9_-]{1,63}$', expected: 'a value in quotes, such as "07"' }), {
        minItems: 1,
        maxItems: 1000,
        expected: 'a list of 1 to 1,000 values',
      }),
    ),
    default: Type.Optional(text),
  },
  closed,
);
export type ParameterEntry = Static<typeof ParameterEntry>;

/** Members of every operation, whatever its type. */
const anyOperation = {
  title: Type.Optional(text),
  description: Type.Optional(text),
  /** A result older than this is served once more while it is computed anew. */
  lifetime: Type.Optional(duration),
  /** A result older than this is not served at all. */
  hardLimit: Type.Optional(duration),
  /** The time for which browsers and proxies may show a result without asking again. */
  maxAge: Type.Optional(durationOrNone),
  /** The time after that in which they may show it while they ask again. */
  staleWhileRevalidate: Type.Optional(durationOrNone),
  /**
   * Whether what whole tiles come to is kept, where workers keep tallies; default true. `tiles`: it
   * is, without squares for the border.
   */
  tally: Type.Optional(
    Type.Union([Type.Boolean(), Type.Literal('tiles')], { expected: 'true, false or "tiles" (without squares)' }),
  ),
  parameters: Type.Optional(
    Type.Record(Type.String({ pattern: '^[a-z][a-zA-Z0-9_]{0,62}$' }), ParameterEntry, {
      ...closed,
      expected: 'a map of names',
      expectedKey: 'a name of at most 63 letters, digits and "_" that begins with a small letter',
    }),
  ),
};

/**
 * An operation as it stands in the catalog file; its `type` says which, by a name of its own where
 * it takes several areas, each for itself.
 */
export const OperationEntry = Type.Unsafe<OperationEntry>(
  Type.Union(operationContracts.flatMap(entriesOf), { expected: 'a map' }),
);
export type OperationEntry = OperationMembers & WithTypeName<Definition>;

/** The members of every operation, whatever its type. */
export type OperationMembers = Static<Type.TObject<typeof anyOperation>>;

/** Distributes over the union of definitions. */
type WithTypeName<Own> = Own extends { type: infer Type extends OperationType }
  ? Omit<Own, 'type'> & { type: TypeNameOf<Type> }
  : never;

function entriesOf(contract: OperationContract) {
  return typeNamesOf(contract).map((type) =>
    Type.Object({ ...anyOperation, ...contract.definition, type: Type.Literal(type) }, closed),
  );
}

/** A source of lines, such as streams, as it stands in the catalog file. */
export const LinesEntry = Type.Object(
  { title: Type.Optional(text), source: text, version: Type.Optional(text) },
  closed,
);
export type LinesEntry = Static<typeof LinesEntry>;

/** An area table as it stands in the catalog file. */
export const AreaTableEntry = Type.Object(
  {
    title: Type.Optional(text),
    source: text,
    table: Type.Optional(text),
    geometry: Type.Optional(text),
    id: text,
    name: Type.Optional(text),
    version: Type.Optional(text),
    /** The property with the id of the area downstream: the one that an area drains into. */
    downstream: Type.Optional(text),
    /** The property with the id of the larger area that an area lies in, by the table of those. */
    within: Type.Optional(
      Type.Record(Type.String(), text, { ...closed, expected: 'a map from area tables to properties' }),
    ),
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
    lines: Type.Optional(named(LinesEntry)),
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
