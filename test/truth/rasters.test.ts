import { crsFromText, sameCrs } from '@cellshed/crs';
import { cellArea } from '@cellshed/raster';
import { allSamples, withRaster } from '../../packages/raster/test/fixture-files.ts';
import { truthFile } from './files.ts';

/**
 * The facts that gdalinfo prints of these files: origin, cell, CRS, no data, and the count of cells
 * by value.
 */
const rasters: readonly [file: string, described: Described, counts: Readonly<Record<string, number>>][] = [
  [
    'delaware10m/NLCD_DE-clipped.tif',
    { origin: [1709015, 2050195], cell: 10, crs: 'EPSG:5070', nodata: undefined },
    {
      11: 7956,
      21: 306618,
      22: 168666,
      23: 54753,
      24: 22197,
      31: 288,
      41: 222054,
      42: 17754,
      43: 21708,
      52: 37473,
      71: 1602,
      81: 67140,
      82: 8853,
      90: 35370,
      95: 54,
      128: 27514,
    },
  ],
  [
    'delaware10m/soil-clipped-reduced.tif',
    { origin: [1709015, 2050195], cell: 10, crs: 'EPSG:5070', nodata: 0 },
    { 0: 137300, 1: 111, 2: 642244, 3: 169778, 4: 50567 },
  ],
  [
    'delaware10m/ready_hsg_30m.tif',
    { origin: [1709025, 2050185], cell: 30, crs: 'EPSG:5070', nodata: 0 },
    { 0: 15188, 1: 12, 2: 71216, 3: 18878, 4: 5595 },
  ],
  [
    'newhope/new_hope_fdr.tif',
    { origin: [1494825, 1578795], cell: 30, crs: 'EPSG:5070', nodata: Math.fround(-3.4e38) },
    { 1: 161614, 2: 132586, 4: 154640, 8: 118752, 16: 169267, 32: 114410, 64: 126655, 128: 104616 },
  ],
  [
    'newhope/thirdfork_NLCD2011.tif',
    { origin: [1513395, 1576155], cell: 30, crs: 'EPSG:5070', nodata: 255 },
    {
      11: 386,
      21: 57210,
      22: 30266,
      23: 17460,
      24: 4991,
      31: 46,
      41: 13389,
      42: 11397,
      43: 2465,
      52: 748,
      71: 1832,
      81: 1491,
      82: 44,
      90: 7219,
      95: 96,
    },
  ],
  [
    'wisconsin/hsg_native_epsg3070_30m.tif',
    { origin: [582777.67, 623434.03], cell: 30, crs: 'EPSG:3070', nodata: -9999 },
    { '-9999': 80612, 1: 187390, 2: 370044, 3: 11990, 4: 306 },
  ],
  [
    'newengland/nlcd_ma_ct_raw.tif',
    { origin: [1849005, 2373555], cell: 30, crs: 'EPSG:5070', nodata: 255 },
    {
      11: 90659,
      21: 212710,
      22: 93910,
      23: 40213,
      24: 9502,
      31: 8385,
      41: 1834226,
      42: 200599,
      43: 345531,
      52: 34192,
      71: 12113,
      81: 164306,
      82: 22184,
      90: 204593,
      95: 16797,
    },
  ],
];

interface Described {
  readonly origin: readonly [x: number, y: number];
  readonly cell: number;
  readonly crs: string;
  readonly nodata: number | undefined;
}

describe('real rasters', () => {
  it.each(rasters)('hold what GDAL finds in %s', async (file, described, counts) => {
    await withRaster({ url: truthFile(`data/${file}`) }, async (raster) => {
      const { grid } = raster;
      expect(grid.originX).toBeCloseTo(described.origin[0], 2);
      expect(grid.originY).toBeCloseTo(described.origin[1], 2);
      expect([grid.cellWidth, grid.cellHeight, raster.nodata]).toEqual([
        described.cell,
        described.cell,
        described.nodata,
      ]);
      expect(sameCrs(grid.crs, crsFromText(described.crs))).toBe(true);
      expect(cellArea(grid)).toBe(described.crs === 'EPSG:5070' ? described.cell ** 2 : undefined);
      expect(histogram(await allSamples(raster))).toEqual(counts);
    });
  });
});

function histogram(samples: readonly (number | undefined)[]): Record<string, number> {
  const cells = new Map<number | undefined, number>();
  for (const sample of samples) cells.set(sample, (cells.get(sample) ?? 0) + 1);
  return Object.fromEntries(cells);
}
