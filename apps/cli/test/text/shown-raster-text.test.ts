import type { ShownRaster } from '../../src/shown-raster.ts';
import { shownRasterText } from '../../src/text/shown-raster-text.ts';

const shown: ShownRaster = {
  name: 'nlcd',
  title: 'Land cover',
  url: '/data/nlcd.tif',
  catalog: { nodata: 'none' },
  understood: { crs: 'EPSG:5070', origin: [-393045, 2110005], cellSize: [30, 30], cellArea: 900, nodata: 'none' },
  file: {
    kind: 'GeoTIFF',
    files: 1,
    facts: {
      compression: 'deflate (8)',
      geoKeys: { GTModelTypeGeoKey: 1, GTCitationGeoKey: 'NAD83 / Conus Albers', ProjectedCSTypeGeoKey: 5070 },
      metadata: '<GDALMetadata>\n  <Item name="a">1</Item>\n</GDALMetadata>\n',
    },
  },
};

it('in 60 columns values stand in a column of their own, and long ones go on in it', () => {
  expect(shownRasterText(shown, 60)).toBe(`nlcd: Land cover
  file              /data/nlcd.tif
  CRS               EPSG:5070
  origin            -393045, 2110005
  cell size         30 × 30
  cell area         900 m²
  no data           none
  in the catalog
    no data         none
  in the GeoTIFF
    compression     deflate (8)
    GeoKeys         GTModelTypeGeoKey 1, GTCitationGeoKey
                    "NAD83 / Conus Albers",
                    ProjectedCSTypeGeoKey 5070
    metadata        <GDALMetadata> <Item name="a">1</Item>
                    </GDALMetadata>`);
});

it('a raster that cannot be used says why, once, and shows what its file says where that can be read', () => {
  const problem = 'raster nlcd: cannot use /data/nlcd.tif: it names no CRS: give one with crs in the catalog';
  const broken = { ...shown, catalog: {}, understood: { problem } };
  expect(shownRasterText(broken, 60).split('\n').slice(0, 6)).toEqual([
    'nlcd: Land cover',
    '  file              /data/nlcd.tif',
    '  cannot be used',
    '    raster nlcd: cannot use /data/nlcd.tif: it names no CRS:',
    '    give one with crs in the catalog',
    '  in the GeoTIFF',
  ]);
  const missing = { ...broken, file: { problem: 'there is no file /data/nlcd.tif' } };
  expect(shownRasterText(missing, 100).split('\n')).toHaveLength(4);
});

it('several files are told by the first, and how many there are', () => {
  const urls = ['/data/a.tif', '/data/b.tif'];
  const several = { ...shown, url: urls, file: { kind: 'GeoTIFF' as const, files: 2, facts: {} } };
  expect(shownRasterText(several, 80)).toMatch(
    / {2}file {14}\/data\/a\.tif and 1 more\n[^]* {2}in the first of 2 GeoTIFFs/,
  );
  const vrt = { ...shown, file: { kind: 'VRT' as const, files: 1200, facts: { srs: 'EPSG:5070' } } };
  expect(shownRasterText(vrt, 80)).toMatch(/ {2}in the VRT \(of 1,200 files\)\n {4}SRS {13}EPSG:5070/);
});
