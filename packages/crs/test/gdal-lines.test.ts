import {
  crsFromText,
  gdalTranslateToCog,
  gdalwarpNorthUp,
  gdalwarpToGrid,
  gdalwarpToLonLat,
  ogr2ogrToLonLat,
} from '../src/index.ts';

const grid = { originX: 100, originY: 500, cellWidth: 30, cellHeight: 20, width: 10, height: 5 };
const cog = '-of COG -co COMPRESS=DEFLATE -co OVERVIEW_RESAMPLING=NEAREST';

it.each([
  ['/data/soil.tif', 'gdalwarp -t_srs EPSG:4326 -r near /data/soil.tif soil-lonlat.tif'],
  ['/data/my soil.tif', "gdalwarp -t_srs EPSG:4326 -r near '/data/my soil.tif' 'my soil-lonlat.tif'"],
  ["o'brien", "gdalwarp -t_srs EPSG:4326 -r near 'o'\\''brien' 'o'\\''brien-lonlat.tif'"],
  ['s3://bucket/a/soil.tif', 'gdalwarp -t_srs EPSG:4326 -r near /vsis3/bucket/a/soil.tif soil-lonlat.tif'],
  [
    'https://me:secret@host/soil.tif?x=1',
    "gdalwarp -t_srs EPSG:4326 -r near '/vsicurl/https://host/soil.tif?x=1' soil-lonlat.tif",
  ],
])('a raster is brought to longitude and latitude: %s', (file, line) => {
  expect(gdalwarpToLonLat(file)).toBe(line);
});

it('a raster is brought to the cells of another', () => {
  expect(gdalwarpToGrid('soil.tif', { ...grid, crs: crsFromText('EPSG:5070') })).toBe(
    `gdalwarp -t_srs EPSG:5070 -tr 30 20 -te 100 400 400 500 -r near ${cog} soil.tif soil-aligned.tif`,
  );
  const text = '+proj=laea +lat_0=45 +lon_0=-100 +R=6370997';
  expect(gdalwarpToGrid('soil.tif', { ...grid, crs: crsFromText(text) })).toContain(`-t_srs '${text}' `);
});

it('cells beyond a raster that marks none without data get an alpha band', () => {
  expect(gdalwarpToGrid('soil.tif', { ...grid, crs: crsFromText('EPSG:5070') }, 'alpha')).toContain(
    ` -r near -dstalpha ${cog} `,
  );
});

it('a raster in a CRS that only Catchment can write is not said to be brought there by a text', () => {
  const crs = { ...crsFromText('EPSG:26718'), name: 'mine' };
  expect(gdalwarpToGrid('soil.tif', { ...grid, crs })).toBe(
    `gdalwarp -tr 30 20 -te 100 400 400 500 -r near ${cog} soil.tif soil-aligned.tif`,
  );
});

it('rows are made to go from west to east, and layers brought to longitude and latitude', () => {
  expect(gdalwarpNorthUp('a.tif')).toBe('gdalwarp -r near a.tif a-north-up.tif');
  expect(ogr2ogrToLonLat('/data/a.gpkg', 'huc 12')).toBe(
    "ogr2ogr -t_srs EPSG:4326 a-lonlat.gpkg /data/a.gpkg 'huc 12'",
  );
});

it('a raster becomes a Cloud Optimized GeoTIFF', () => {
  expect(gdalTranslateToCog('/data/soil.tif')).toBe(`gdal_translate ${cog} /data/soil.tif soil-cog.tif`);
});
