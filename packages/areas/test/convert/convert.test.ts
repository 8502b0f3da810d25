import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { convertFile, UnusableFileError } from '../../src/index.ts';
import { basins, basinsFile } from '../fixtures.ts';
import { geoPackages } from '../tables/geopackage/geopackages.ts';
import { type ZipEntry, zipBytes } from '../tables/zip/zip-bytes.ts';

const most = { vertices: 1000, unpackedBytes: 1_000_000 };
const convert = (bytes: Uint8Array | string, options: object = {}) =>
  convertFile(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, { ...most, ...options });

const { altered, remove } = geoPackages();
// Others use the system's folder at the same time.
const temporary = mkdtempSync(join(tmpdir(), 'catchment-convert-'));
process.env['TMPDIR'] = temporary;
afterAll(() => {
  remove();
  rmSync(temporary, { recursive: true });
});

/** The files that converting has left behind. */
const left = () => readdirSync(temporary);

function shapefile(layer: string, stem = layer): ZipEntry[] {
  return ['shp', 'shx', 'dbf', 'prj', 'cpg'].map((ending) => ({
    name: `${stem}.${ending}`,
    content: readFileSync(basinsFile(`${layer}.${ending}`)),
  }));
}

const kml = (inside: string, before = '') =>
  `${before}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>${inside}</Document></kml>`;
const ring = (west: number, south: number, size: number) =>
  `<LinearRing><coordinates>${[
    [0, 0],
    [size, 0],
    [size, size],
    [0, size],
    [0, 0],
  ]
    .map(([x = 0, y = 0]) => `${west + x},${south + y},0`)
    .join('\n ')}</coordinates></LinearRing>`;
const polygon = (west: number, hole = '') =>
  `<Polygon><outerBoundaryIs>${ring(west, 40, 1)}</outerBoundaryIs>${hole}</Polygon>`;

describe('a file from a client', () => {
  it('is a zipped shapefile, in whatever CRS', async () => {
    const { features, found } = await convert(zipBytes(shapefile('albers')));
    expect(features.map(({ properties }) => properties['code'])).toEqual([
      '0204',
      '020401',
      '020402',
      '9',
      'Ä-1',
      'open',
    ]);
    const [first] = features;
    expect(first?.geometry.coordinates[0]?.[0]?.[0]?.[0]).toBeCloseTo(-75.9, 9);
    expect(found).toEqual({
      format: 'shapefile',
      crs: 'NAD_1983_Contiguous_USA_Albers',
      warnings: ['1 feature is left out (feature 5: geometry is missing, expected a Polygon or MultiPolygon)'],
    });
  });

  it('is a GeoPackage, of which one layer is named', async () => {
    const { features, found } = await convert(readFileSync(basins.gpkg), { layer: 'utm_zm' });
    expect(features).toHaveLength(6);
    expect(features[0]?.properties).toMatchObject({ code: '0204', label: 'Two Parts' });
    expect(found).toMatchObject({ format: 'GeoPackage', crs: 'EPSG:32617' });
  });

  it('is KML with polygons in folders, also of another namespace', async () => {
    const hole = `<innerBoundaryIs>${ring(-74.75, 40.25, 0.5)}</innerBoundaryIs>`;
    const text = kml(
      `<Folder><Folder><Placemark><name>Field &amp; wood</name><description><![CDATA[a < b]]></description>
        <ExtendedData><Data name="owner"><value>A</value></Data><SchemaData><SimpleData name="ha">3.5</SimpleData></SchemaData></ExtendedData>
        ${polygon(-75, hole)}</Placemark></Folder></Folder>
      <Placemark><MultiGeometry>${polygon(10)}<Point><coordinates>1,2</coordinates></Point>${polygon(12)}</MultiGeometry></Placemark>
      <Placemark><name>only a point</name><Point><coordinates>1,2</coordinates></Point></Placemark>
      <NetworkLink><Link><href>http://example.org/secret.kml</href></Link></NetworkLink>`,
      '<?xml version="1.0" encoding="UTF-8"?>\n',
    );
    const { features, found } = await convert(text);
    expect(features).toHaveLength(2);
    expect(features[0]?.properties).toEqual({ name: 'Field & wood', description: 'a < b', owner: 'A', ha: '3.5' });
    expect(features[0]?.geometry.coordinates[0]?.map(({ length }) => length)).toEqual([5, 5]);
    expect(features[1]?.geometry.coordinates.map((rings) => rings[0]?.[0])).toEqual([
      [10, 40],
      [12, 40],
    ]);
    expect(found).toEqual({
      format: 'KML',
      warnings: [
        'placemark 1: 1 Point is left out (geometry 1): only polygons have cells',
        '1 link to other files is not followed',
        '1 feature is left out (placemark 2: geometry.type is Point, expected Polygon or MultiPolygon)',
      ],
    });
    const prefixed = text.replaceAll(/<(\/?)(?!\?|!)(\w)/g, '<$1kml:$2').replace('xmlns=', 'xmlns:kml=');
    expect((await convert(prefixed)).features).toEqual(features);
  });

  it('is KML in another encoding, and in an archive (KMZ)', async () => {
    const text = kml(
      `<Placemark><name>Ämter</name>${polygon(1)}</Placemark>`,
      '<?xml version="1.0" encoding="ISO-8859-1"?>',
    );
    const inLatin1 = await convert(Buffer.from(text, 'latin1'));
    expect(inLatin1.features[0]?.properties).toEqual({ name: 'Ämter' });
    const utf16 = text.replace('ISO-8859-1', 'UTF-16');
    expect((await convert(Buffer.from(`\uFEFF${utf16}`, 'utf16le'))).features).toEqual(inLatin1.features);
    const kmz = zipBytes([
      { name: 'files/a.png', content: Buffer.of(1) },
      { name: 'doc.kml', content: Buffer.from(text, 'latin1') },
    ]);
    expect((await convert(kmz)).features).toEqual(inLatin1.features);
  });

  it.each<[string, () => Uint8Array | string, RegExp, object?]>([
    ['that is empty', () => '', /^the file is empty, expected a zipped shapefile, KML, KMZ or a GeoPackage$/],
    ['of JSON', () => ' {"type": "Polygon"}', /^the file is JSON, which needs no conversion if it is GeoJSON, /],
    ['of another format', () => 'hello', /^the file is of another format, expected /],
    [
      'that is a .shp file alone',
      () => readFileSync(basinsFile('wgs84.shp')),
      /is a part of a shapefile without the others/,
    ],
    ['of HTML', () => '<html><body></body></html>', /^the file is XML with <html> around it, expected <kml>$/],
    ['of broken XML', () => '<kml><Document></kml>', /^the file is not XML: line 1: /],
    [
      'of KML with entities from elsewhere',
      () => `<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>${kml('<Placemark><name>&x;</name></Placemark>')}`,
      /^the file has a DOCTYPE, expected XML without one$/,
    ],
    [
      'of KML with more elements than any drawing',
      () => kml('<a/>'.repeat(200_001)),
      /^the file has more than 200000 elements, expected fewer$/,
    ],
    ['of KML without polygons', () => kml('<Placemark/>'), /^the file has no area \(placemark 0: geometry is null, /],
    [
      'of KML with a place that is none',
      () => kml(`<Placemark>${polygon(500)}</Placemark>`),
      /cannot be used: placemark 0: .* has longitude 500/,
    ],
    [
      'of KML in an encoding that nobody knows',
      () => '<?xml encoding="klingon"?><kml/>',
      /^the file is in the encoding "klingon"/,
    ],
    [
      'with more vertices than allowed',
      () => zipBytes(shapefile('wgs84')),
      /^the file has more than 20 vertices$/,
      { vertices: 20 },
    ],
    [
      'of KML with more vertices than allowed',
      () => kml(`<Placemark>${polygon(1)}</Placemark>`),
      /has 5 vertices, at most 4 are allowed/,
      { vertices: 4 },
    ],
    [
      'that unpacks to more than allowed',
      () => zipBytes([{ name: 'a.shp', content: Buffer.alloc(2_000_000) }]),
      /^the file unpacks to 2000000 bytes, at most 1000000 are allowed$/,
    ],
    [
      'that is a zip bomb of KML',
      () => zipBytes([{ name: 'doc.kml', content: Buffer.alloc(2_000_000, ' ') }]),
      /^the file has "doc\.kml" in it, which unpacks to 2000000 bytes, expected at most 1000000$/,
    ],
    [
      'with a path outside itself',
      () => zipBytes([{ name: '../a.shp', content: Buffer.of(1) }]),
      /^the file is no ZIP archive that can be read: invalid relative path: \.\.\/a\.shp$/,
    ],
    [
      'with several shapefiles',
      () => zipBytes([...shapefile('web'), ...shapefile('albers')]),
      /^the file has several layers: layer is missing, expected one of web, albers$/,
    ],
    [
      'without the named shapefile',
      () => zipBytes(shapefile('web')),
      /^the file has no shapefile "x" in it, only web$/,
      { layer: 'x' },
    ],
    [
      'of several feature layers',
      () => readFileSync(basins.gpkg),
      /^the file has several layers: layer is missing, expected one of albers, /,
    ],
    [
      'that is a damaged database',
      () => readFileSync(basins.gpkg).subarray(0, 5000),
      /^the file \S/,
      { layer: 'wgs84' },
    ],
    [
      'with a view',
      () =>
        readFileSync(
          altered(
            "CREATE VIEW v AS SELECT * FROM wgs84; INSERT INTO gpkg_geometry_columns VALUES ('v','geom','GEOMETRY',4326,0,0)",
          ),
        ),
      /^the file has a layer v that is no table$/,
      { layer: 'v' },
    ],
    [
      'with computed columns',
      () => readFileSync(altered('ALTER TABLE wgs84 ADD COLUMN c TEXT AS (hex(zeroblob(100000)))')),
      /^the file has a layer wgs84 with computed columns$/,
      { layer: 'wgs84' },
    ],
  ])('is refused %s', async (_, bytes, sentence, options = {}) => {
    const error = await convert(bytes(), options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnusableFileError);
    const { message } = error as Error;
    expect(message).toMatch(sentence);
    expect(message).not.toContain(tmpdir());
    expect(message).not.toMatch(/[\r\n]/);
    expect(left()).toEqual([]);
  });

  it('is refused with more features than anybody draws', async () => {
    const path = altered('');
    using db = new DatabaseSync(path);
    db.exec(
      'WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n LIMIT 10001) INSERT INTO wgs84 (fid) SELECT i FROM n',
    );
    await expect(convert(readFileSync(path), { layer: 'wgs84' })).rejects.toThrow(
      'the file has 10008 features, at most 10000 are allowed',
    );
  });

  it('is given up when nobody waits for it any more', async () => {
    const checkWanted = () => {
      throw new TypeError('gone');
    };
    await expect(convert(zipBytes(shapefile('wgs84')), { checkWanted })).rejects.toThrow(TypeError);
    await expect(convert(kml(`<Placemark>${polygon(1)}</Placemark>`), { checkWanted })).rejects.toThrow('gone');
    expect(left()).toEqual([]);
  });
});
