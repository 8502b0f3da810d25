/** A request whose result a golden file holds. */
export interface Question {
  readonly operation: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const area = 'huc12/990101010101';
const coverages = ['centre', 'touched', 'fraction'];
const operationsOfCells = [
  'landcover',
  'landcover_soil',
  'aging',
  'mean_elevation',
  'slope_by_landcover',
  'precipitation',
  'terrain',
  'elevation_statistics',
  'elevation_of_people',
];

const triangle = polygon([-99.96, 41.85], [-99.92, 41.85], [-99.94, 41.88]);
/** 3 km on the lines of the raster. */
const square = polygon([-357_045, 2_077_005], [-354_045, 2_077_005], [-354_045, 2_080_005], [-357_045, 2_080_005]);
const bowTie = polygon([-99.96, 41.85], [-99.92, 41.88], [-99.92, 41.85], [-99.96, 41.88]);
const beside = polygon([-90, 41.85], [-89.95, 41.85], [-89.95, 41.88]);
const acrossTheEdge = polygon([-101, 41.8], [-99.9, 41.8], [-99.9, 41.85], [-101, 41.85]);
const line = {
  type: 'LineString',
  coordinates: [
    [-100.2, 41.86],
    [-99.8, 41.87],
  ],
};

/** Operations of every type by every coverage, and all that a request can choose. */
export const questions: readonly Question[] = [
  ...coverages.flatMap((coverage) => [
    ...operationsOfCells.map((operation) => ({ operation, inputs: { area, coverage } })),
    { operation: 'landcover_soil_many', inputs: { areas: [area, 'huc12/990101010102', triangle], coverage } },
    { operation: 'landcover_soil', inputs: { area: triangle, coverage } },
    { operation: 'elevation_statistics', inputs: { area: square, crs: 'EPSG:5070', coverage } },
  ]),
  { operation: 'landcover', inputs: { area: 'huc8/99010101' } },
  { operation: 'landcover', inputs: { area: bowTie } },
  { operation: 'landcover', inputs: { area: beside } },
  { operation: 'terrain', inputs: { area: beside } },
  { operation: 'mean_elevation', inputs: { area: acrossTheEdge } },
  { operation: 'landcover_streams', inputs: { area } },
  { operation: 'landcover_streams', inputs: { area: triangle } },
  { operation: 'landcover_lines', inputs: { area, lines: line } },
  { operation: 'landcover', inputs: { area, rasters: { landcover: 'future' } } },
  { operation: 'slope_by_landcover', inputs: { area, rasters: { slope: 'elevation' }, coverage: 'touched' } },
  { operation: 'precipitation', inputs: { area, season: 'summer' } },
  { operation: 'elevation_statistics', inputs: { area, quantiles: [0, 0.25, 0.99], coverage: 'fraction' } },
  {
    operation: 'multi',
    inputs: {
      areas: [area, triangle],
      operations: ['landcover', { operation: 'precipitation', season: 'summer' }, 'landcover_streams', 'terrain'],
    },
  },
];

/** The ring's first position is its last. */
function polygon(...ring: readonly [x: number, y: number][]) {
  return { type: 'Polygon', coordinates: [[...ring, ring[0]]] };
}
