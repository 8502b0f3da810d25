import { lineSpansOf, projectLinesToCells, projectToCells, shareSpansOf, wholeCell } from '@cellshed/raster';
import { shareOf } from '../../packages/raster/src/spans/share-spans.ts';
import { touchedCellsOf, touchedSpansOf } from '../../packages/raster/src/spans/touched-spans.ts';
import { publishedTotals, schuylkillShapes, truthJson } from './files.ts';
import { type AreaGeometry, nlcdGrid, nlcdWindow, polygonsOf, realArea } from './real-areas.ts';

/**
 * Cells of HUC-12s on the NLCD grid that GDAL 3.10.3 touches: rasterio 1.4.4, `geometry_mask(…,
 * all_touched=True)` of drb_huc12.geojson after `transform_geom('EPSG:4326', 'EPSG:5070', …)`.
 */
const touchedByGdal: readonly (readonly [string, number])[] = [
  ['020401010101', 93487],
  ['020401020504', 50248],
  ['020401040802', 64331],
  ['020401060204', 160956],
  ['020402020203', 86079],
  ['020402030605', 45906],
  ['020402050704', 29930],
  ['020402070506', 48061],
  ['020403020407', 55196],
];

it.each(touchedByGdal)('%s touches the %i cells that GDAL says', (id, cells) => {
  const polygons = realArea(id);
  expect(touchedSpansOf(polygons, nlcdWindow).cells).toBe(cells);
  expect(touchedCellsOf(polygons)).toBe(cells);
});

/**
 * HUC-12s on the NLCD grid: cells of which a share lies in them, those that do in part, and the sum
 * of all shares. exactextract 0.3.0, `exact_extract(…, ['coverage'])`, of drb_huc12.geojson after
 * rasterio's `transform_geom('EPSG:4326', 'EPSG:5070', …)`, in cells; it holds shares as float32.
 * The area is shapely 2.2.0's.
 */
const extracted: readonly (readonly [id: string, cells: number, border: number, sum: number, area: number])[] = [
  ['020401010101', 93487, 1850, 92570.44410558, 92570.444105902],
  ['020401020504', 50248, 1447, 49534.318239305, 49534.318238635],
  ['020401040802', 64331, 2085, 63288.517442628, 63288.517442313],
  ['020401060204', 160956, 4049, 158910.999050926, 158910.999052569],
  ['020402020203', 86079, 2072, 85041.231321536, 85041.231322383],
  ['020402030605', 45906, 1395, 45202.75355916, 45202.753559193],
  ['020402050704', 29930, 1451, 29196.697611547, 29196.697611529],
  ['020402070506', 48061, 1309, 47399.088945499, 47399.088945359],
  ['020403020407', 55196, 1599, 54395.658501508, 54395.658501569],
];

it.each(extracted)('%s has a share of %i cells, as exactextract says', (id, cells, border, sum, area) => {
  const polygons = realArea(id);
  const spans = shareSpansOf(polygons, nlcdWindow);
  const parts = [...spans.shares!.parts].reduce((a, b) => a + b, 0) / wholeCell;
  const inPart = spans.shares!.parts.filter((part) => Math.fround(part / wholeCell) < 1);
  expect([spans.cells, inPart.length]).toEqual([cells, border]);
  const total = spans.cells - spans.shares!.parts.length + parts;
  expect(Math.abs(total - sum)).toBeLessThan(1e-4);
  expect(Math.abs(total - area)).toBeLessThan(1e-4);
  expect(shareOf(polygons)).toBeCloseTo(total, 6);
});

describe('streams of the Schuylkill', () => {
  const shapes = schuylkillShapes();
  const streams = projectLinesToCells(
    truthJson<{ coordinates: [number, number][][] }>('data/drb/Schuylkill_HUC08_streams.geojson').coordinates,
    nlcdGrid,
  );

  it.each(publishedTotals())('are on the published $streamCells cells in $id', ({ id, streamCells }) => {
    const shape: AreaGeometry = JSON.parse(shapes.find((one) => one.id === id)!.shape);
    expect(lineSpansOf(streams, projectToCells(polygonsOf(shape), nlcdGrid), nlcdWindow).cells).toBe(streamCells);
  });
});
