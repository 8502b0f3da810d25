import Type, { type Static } from 'typebox';

const Rasters = Type.Array(Type.String(), { description: 'Rasters of the catalog, by their names or aliases' });

/** A schema for a member that may be missing or null. */
function orNull<Schema extends Type.TSchema>(schema: Schema) {
  return Type.Optional(Type.Unsafe<Static<Schema> | null>({ ...schema, nullable: true }));
}

const choice = {
  rasters: Rasters,
  targetRaster: orNull(Type.String({ description: 'What RasterGroupedAverage averages' })),
  pixelIsArea: orNull(Type.Boolean({ description: 'Whether all cells count that an area touches' })),
};

const Crs = Type.String({ description: 'LatLng, WebMercator or ConusAlbers' });
const LineTexts = Type.Array(
  Type.Unsafe<string | null>({
    type: 'string',
    nullable: true,
    description: 'GeoJSON LineString or MultiLineString, as text',
  }),
);

/** A well-known area instead of a polygon: from the catalog's tables, not the client's. */
const WellKnown = Type.Object(
  { table: Type.String(), id: Type.Union([Type.String(), Type.Integer()]) },
  {
    description: 'An area of a table of the catalog, in place of the polygon: {"table": "huc12", "id": "020402031008"}',
  },
);

/** The body of `/run`. Unknown members are ignored. */
export const RunBody = Type.Object({
  input: Type.Object({
    operationType: Type.String({
      description: 'RasterGroupedCount, RasterGroupedCountMany, RasterGroupedAverage, RasterLinesJoin or RasterSummary',
    }),
    ...choice,
    zoom: Type.Integer({ description: 'Makes no difference' }),
    polygonCRS: Crs,
    rasterCRS: Type.String({ description: 'As polygonCRS; makes no difference: the grids are those of the rasters' }),
    polygon: orNull(Type.Array(Type.String({ description: 'GeoJSON Polygon or MultiPolygon, as text' }))),
    wkaoi: orNull(WellKnown),
    vectorCRS: orNull(Crs),
    vector: orNull(LineTexts),
  }),
});
export type RunBody = Static<typeof RunBody>;

/** The body of `/multi`. Unknown members are ignored. */
export const MultiBody = Type.Object({
  shapes: Type.Array(
    Type.Object({
      id: Type.String(),
      shape: orNull(Type.String({ description: 'GeoJSON Polygon or MultiPolygon in lon/lat, as text' })),
      wkaoi: orNull(WellKnown),
    }),
  ),
  streamLines: orNull(LineTexts),
  operations: Type.Array(
    Type.Object({
      name: Type.String({ description: 'RasterGroupedCount, RasterGroupedAverage or RasterLinesJoin' }),
      label: Type.String(),
      ...choice,
    }),
  ),
});
export type MultiBody = Static<typeof MultiBody>;

const Figures = Type.Object(
  {},
  {
    additionalProperties: Type.Unsafe<number | null>({ type: 'number', nullable: true }),
    description: 'Cells, or averages, by the values of the rasters in their order: {"List(21, 3)": 712}',
  },
);

const Extremes = Type.Object({
  min: Type.Unsafe<number | null>({ type: 'number', nullable: true }),
  avg: Type.Unsafe<number | null>({ type: 'number', nullable: true }),
  max: Type.Unsafe<number | null>({ type: 'number', nullable: true }),
});

/** The answer of `/run`. */
export const RunAnswer = Type.Object({
  result: Type.Union([Figures, Type.Array(Figures), Type.Array(Extremes)], {
    description: 'One for all polygons; of RasterGroupedCountMany one for each; of RasterSummary one for each raster',
  }),
});

/** The answer of `/multi`. */
export const MultiAnswer = Type.Object(
  {},
  {
    additionalProperties: Type.Object({}, { additionalProperties: Figures }),
    description: 'By the ids of the shapes, then by the labels of the operations',
  },
);
