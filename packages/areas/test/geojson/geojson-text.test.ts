import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { isGeoJsonPath, parseGeoJson, readGeoJsonFile } from '../../src/index.ts';

const feature = (id: number) => ({ type: 'Feature', id, properties: { name: 'Ä\u2028😀' }, geometry: null });
const collection = (...features: unknown[]) => ({ type: 'FeatureCollection', features });
const two = collection(feature(0), feature(1));
const lines = (...values: unknown[]) => values.map((value) => JSON.stringify(value));
const folder = mkdtempSync(join(tmpdir(), 'areas-text-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(content: string | Uint8Array): string {
  const path = join(folder, 'a.geojson');
  writeFileSync(path, content);
  return path;
}

const sequences: [string, string, unknown][] = [
  ['a feature a line', lines(feature(0), feature(1)).join('\n'), two],
  ['a line end after the last', `${lines(feature(0), feature(1)).join('\n')}\n`, two],
  ['lines as Windows ends them, and blank ones', `\r\n${lines(feature(0), feature(1)).join('\r\n \r\n')}\r\n\r\n`, two],
  ['a byte order mark before it', `\uFEFF${lines(feature(0), feature(1)).join('\n')}`, two],
  [
    'files put together',
    lines(feature(0), feature(1))
      .map((line) => `\uFEFF${line}\n`)
      .join(''),
    two,
  ],
  [
    'a separator before each',
    lines(feature(0), feature(1))
      .map((line) => `\x1e${line}\n`)
      .join(''),
    two,
  ],
  [
    'records of several lines after separators',
    [feature(0), feature(1)].map((one) => `\x1e${JSON.stringify(one, null, 2)}\r\n`).join(''),
    two,
  ],
  ['one record after a separator', `\x1e${JSON.stringify(feature(0))}\n`, collection(feature(0))],
  [
    'geometries a line',
    lines({ type: 'Point' }, { type: 'Polygon' }).join('\n'),
    collection(
      { type: 'Feature', properties: null, geometry: { type: 'Point' } },
      { type: 'Feature', properties: null, geometry: { type: 'Polygon' } },
    ),
  ],
  ['collections a line', lines(collection(feature(0)), feature(1)).join('\n'), two],
  [
    'collections with a crs',
    lines({ ...collection(feature(0)), crs: 'x' }, feature(1)).join('\n'),
    collection({ crs: 'x', ...feature(0) }, feature(1)),
  ],
];

describe('newline-delimited GeoJSON', () => {
  it.each(sequences)('is a collection of its records: %s', async (_, text, value) => {
    expect(parseGeoJson(text)).toEqual(value);
    expect(await readGeoJsonFile(write(text))).toEqual(value);
    // The text is longer than the limit.
    expect(await readGeoJsonFile(write(text), text.length - 1)).toEqual(value);
  });

  it('is refused with the record that is wrong', async () => {
    const text = `${lines(feature(0), feature(1)).join('\n')}\n{"type": `;
    const sentence = 'is newline-delimited GeoJSON, but its record 2 is not JSON (Unexpected end of JSON input)';
    expect(() => parseGeoJson(text)).toThrow(sentence);
    await expect(readGeoJsonFile(write(text), text.length - 1)).rejects.toThrow(sentence);
  });

  it('is the same whatever its features are, wherever a reader cuts it', async () => {
    const values = fc.array(fc.record({ type: fc.constant('Feature'), properties: fc.jsonValue() }), { minLength: 2 });
    const ends = fc.constantFrom('\n', '\r\n', '\n\n', '\n\x1e', ' \n\uFEFF');
    await fc.assert(
      fc.asyncProperty(values, ends, fc.boolean(), async (features, end, hasSeparator) => {
        const text = (hasSeparator ? '\x1e' : '') + lines(...features).join(hasSeparator ? '\n\x1e' : end);
        const value = JSON.parse(JSON.stringify(collection(...features)));
        expect(parseGeoJson(text)).toEqual(value);
        expect(await readGeoJsonFile(write(text), 1000)).toEqual(value);
      }),
    );
  });
});

describe('a GeoJSON text', () => {
  it('is the value of its JSON, a byte order mark before it or not', () => {
    expect(parseGeoJson(JSON.stringify(two, null, 2))).toEqual(two);
    expect(parseGeoJson(`\uFEFF${JSON.stringify(two)}\r\n`)).toEqual(two);
    expect(parseGeoJson('[1]')).toEqual([1]);
  });

  it.each([
    ['', /^is empty, expected GeoJSON$/],
    ['\uFEFF \r\n', /^is empty, expected GeoJSON$/],
    ['{"type": ', /^is not JSON \(Unexpected end of JSON input\)$/],
    ['{\n  "type": "Feature",\n}', /^is not JSON \(Expected double-quoted property name/],
    ['1\n2', /^is not JSON \(/],
    ['POLYGON ((0 0, 1 0, 1 1, 0 0))', /^is not JSON \(/],
  ])('is refused with a sentence: %j', (text, sentence) => {
    expect(() => parseGeoJson(text)).toThrow(sentence);
  });

  it('is parsed or refused with an Error, whatever it is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(fc.json(), fc.constantFrom('\n', '\x1e', '{', ','))).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (one) => {
        try {
          parseGeoJson(one);
        } catch (error) {
          expect((error as Error).message).toMatch(/^is /);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a GeoJSON file', () => {
  it.each(['utf8', 'utf16le'] as const)('is read in %s, with a byte order mark and without', async (encoding) => {
    for (const mark of ['', '\uFEFF']) {
      for (const text of [JSON.stringify(two), lines(feature(0), feature(1)).join('\r\n')]) {
        expect(await readGeoJsonFile(write(Buffer.from(mark + text, encoding)))).toEqual(two);
        expect(await readGeoJsonFile(write(Buffer.from(mark + text, encoding)))).toEqual(two);
        const bigEndian = Buffer.from(mark + text, 'utf16le').swap16();
        expect(await readGeoJsonFile(write(bigEndian))).toEqual(two);
      }
    }
  });

  it('is decoded whole where a chunk ends within a character', async () => {
    const features = Array.from({ length: 5000 }, (_, i) => feature(i));
    const bytes = Buffer.from(lines(...features).join('\n'));
    expect(bytes.length).toBeGreaterThan(5 * 65536);
    expect(await readGeoJsonFile(write(bytes), 1000)).toEqual(collection(...features));
  });

  it.each([
    [Buffer.of(0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0), 'is UTF-32, expected UTF-8'],
    [Buffer.of(0x1f, 0x8b, 8, 0), 'is compressed by gzip: gunzip it first'],
    [Buffer.from('PK\x03\x04'), 'is a ZIP archive: unpack it first'],
    [
      Buffer.from('SQLite format 3\0'),
      'is an SQLite database, expected GeoJSON: name a GeoPackage in areas of the catalog',
    ],
    [Buffer.of(0, 0, 0x27, 0x0a), 'is a shapefile, expected GeoJSON: ogr2ogr -f GeoJSON -t_srs EPSG:4326 makes it'],
    [Buffer.from('fgb\x03'), 'is a FlatGeobuf, expected GeoJSON: ogr2ogr -f GeoJSON -t_srs EPSG:4326 makes it'],
    [Buffer.from('\uFEFF<kml>'), 'is XML or HTML, expected GeoJSON: ogr2ogr -f GeoJSON makes it of KML and GML'],
    [Buffer.alloc(0), 'is empty, expected GeoJSON'],
  ])('is refused where it is of another format: %#', async (bytes, sentence) => {
    await expect(readGeoJsonFile(write(bytes))).rejects.toThrow(sentence);
  });

  it('is refused where one JSON text is longer than a string can be, with the way to make it smaller', async () => {
    await expect(readGeoJsonFile(write(JSON.stringify(two, null, 2)), 20)).rejects.toThrow(
      /^has more than 0 MB in one JSON text, the most that is read: ogr2ogr -f GPKG/,
    );
    await expect(
      readGeoJsonFile(write(JSON.stringify(collection(...Array(9999).fill(feature(0))))), 20),
    ).rejects.toThrow(/^has more than 0 MB in one JSON text/);
  });

  it('is told by the ending of its name', () => {
    for (const path of ['a.geojson', '/x/A.GEOJSON', 'a.json', 'a.geojsonl', 'a.geojsons', 'a.ndjson', 'a.jsonl'])
      expect(isGeoJsonPath(path)).toBe(true);
    for (const path of ['a.gpkg', 'geojson', 'a.geojson.gz', 'huc12/1']) expect(isGeoJsonPath(path)).toBe(false);
  });
});

describe('a text of brackets', () => {
  it.each([
    ['that are never closed', '['.repeat(5_000_000)],
    ['that are closed', '['.repeat(100) + ']'.repeat(100)],
    ['in properties', `{"type":"Feature","properties":${'{"a":'.repeat(100)}1${'}'.repeat(101)}`],
  ])('is refused before anybody makes lists of it: %s', (_, text) => {
    expect(() => parseGeoJson(text)).toThrow('is nested more than 64 levels deep, expected fewer');
  });

  it('may hold as many as it likes in its strings', () => {
    expect(parseGeoJson(`{"a":"${'['.repeat(1000)}"}`)).toEqual({ a: '['.repeat(1000) });
  });

  it('is refused in the record of a sequence in which it stands', () => {
    const text = `{"type":"Feature"}\n${'['.repeat(100)}`;
    expect(() => parseGeoJson(text)).toThrow(/is nested more than 64 levels deep/);
  });
});
