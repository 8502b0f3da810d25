import Type, { type Static } from 'typebox';

const Rasters = Type.Array(Type.String(), { description: 'Rasters of the catalog, by their names or aliases' });

/** May be missing or null. */
function orNull<Schema extends Type.TSchema>(schema: Schema) {
  return Type.Optional(Type.Unsafe<Static<Schema> | null>({ ...schema, nullable: true }));
}

const choice = {
  rasters: Rasters,
  targetRaster: orNull(Type.String({ description: 'What RasterGroupedAverage averages' })),
  pixelIsArea: orNull(Type.Boolean({ description: 'Whether all cells count that an area touches' })),
};

const Crs = Type.String({ description: 'LatLng, WebMercator or ConusAlbers' });
const LineTexts = Type.Array(Type.String({ description: 'GeoJSON LineString or MultiLineString, as text' }));

/** What is posted to `/run`. Members that are not known are passed over. */
export const RunBody = Type.Object({
  input: Type.Object({
    operationType: Type.String({
      description: 'RasterGroupedCount, RasterGroupedCountMany, RasterGroupedAverage, RasterLinesJoin or RasterSummary',
    }),
    ...choice,
    zoom: Type.Integer({ description: 'Makes no difference' }),
    polygonCRS: Crs,
    rasterCRS: Type.String({ description: 'As polygonCRS; makes no difference: the grids are those of the rasters' }),
    polygon: Type.Array(Type.String({ description: 'GeoJSON Polygon or MultiPolygon, as text' })),
    vectorCRS: orNull(Crs),
    vector: orNull(LineTexts),
  }),
});
export type RunBody = Static<typeof RunBody>;

/** What is posted to `/multi`. Members that are not known are passed over. */
export const MultiBody = Type.Object({
  shapes: Type.Array(
    Type.Object({
      id: Type.String(),
      shape: Type.String({ description: 'GeoJSON Polygon or MultiPolygon in lon/lat, as text' }),
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

/** What `/run` answers. */
export const RunAnswer = Type.Object({
  result: Type.Union([Figures, Type.Array(Figures), Type.Array(Extremes)], {
    description: 'One for all polygons; of RasterGroupedCountMany one for each; of RasterSummary one for each raster',
  }),
});

/** What `/multi` answers. */
export const MultiAnswer = Type.Object(
  {},
  {
    additionalProperties: Type.Object({}, { additionalProperties: Figures }),
    description: 'By the ids of the shapes, then by the labels of the operations',
  },
);
