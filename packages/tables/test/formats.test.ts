import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { openGeoPackageTable, type Polygons } from '@cellshed/areas';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { type Column, type TableRow, tableFormats, type Value, writeGeoPackage } from '../src/index.ts';

const columns: readonly Column[] = [
  { name: 'id', type: 'text' },
  { name: 'cover', type: 'number' },
  { name: 'Label, "of" it', type: 'text' },
];

const square = (x: number): Polygons => [
  [
    [
      [x, 0],
      [x + 1, 0],
      [x + 1, 1],
      [x, 0],
    ],
  ],
];

async function* each(rows: readonly TableRow[]): AsyncGenerator<TableRow> {
  yield* rows;
}

async function bytesOf(format: keyof typeof tableFormats, rows: readonly TableRow[]): Promise<Buffer> {
  return buffer(Readable.from(tableFormats[format].bytes({ columns, rows: each(rows) })));
}

const plain: readonly TableRow[] = [
  { values: ['01', 41, 'Forest, "deciduous"\r\nand mixed'] },
  { values: ['02', null, null] },
  { values: ['Ä', 0.1, ''] },
];

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', ',', '"', '\r\n', '\n', 'é'));
const anyRow = fc.tuple(text, fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), fc.option(text));

describe('CSV', () => {
  it('quotes what must be quoted, and leaves fields without a value empty', async () => {
    expect((await bytesOf('csv', plain)).toString()).toBe(
      'id,cover,"Label, ""of"" it"\r\n01,41,"Forest, ""deciduous""\r\nand mixed"\r\n02,,\r\nÄ,0.1,\r\n',
    );
  });
});

describe('Parquet', () => {
  const read = async (bytes: Buffer) => {
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    return { metadata: parquetMetadata(file), rows: await parquetReadObjects({ file }) };
  };

  it('reads back as it was written, whatever the values', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 30 }), async (rows) => {
        const { rows: found } = await read(
          await bytesOf(
            'parquet',
            rows.map((values) => ({ values })),
          ),
        );
        const expected = rows.map((values) =>
          Object.fromEntries(columns.map(({ name }, i) => [name, values[i] ?? null])),
        );
        expect(found).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('has row groups of bounded size', async () => {
    const rows = Array.from({ length: 45_000 }, (_, i): TableRow => ({ values: [String(i), i, null] }));
    const { metadata, rows: found } = await read(await bytesOf('parquet', rows));
    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([20_000, 20_000, 5000]);
    expect(found.at(-1)).toEqual({ id: '44999', cover: 44_999, 'Label, "of" it': null });
  });
});

describe('GeoJSON', () => {
  it('has a feature for each row, with the geometry of its area', async () => {
    const [a, b] = [square(0), [...square(5), ...square(8)]];
    const rows = [
      { values: ['1', 1, 'x'], polygons: a },
      { values: ['1', 2, 'y'], polygons: a },
      { values: ['2', 1, 'x'], polygons: b },
      { values: ['3', null, null] },
    ];
    const { type, features } = JSON.parse((await bytesOf('geojson', rows)).toString());
    expect(type).toBe('FeatureCollection');
    expect(features.map(({ geometry }: { geometry: unknown }) => geometry)).toEqual([
      { type: 'Polygon', coordinates: a[0] },
      { type: 'Polygon', coordinates: a[0] },
      { type: 'MultiPolygon', coordinates: b },
      null,
    ]);
    expect(features[1].properties).toEqual({ id: '1', cover: 2, 'Label, "of" it': 'y' });
  });

  it('is a collection without features where there are no rows', async () => {
    expect(JSON.parse((await bytesOf('geojson', [])).toString())).toEqual({ type: 'FeatureCollection', features: [] });
  });
});

describe('a GeoPackage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-tables-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('stores each geometry once, and shows each row with its own', async () => {
    const path = join(folder, 'a.gpkg');
    const [a, b] = [square(0), square(5)];
    const rows: TableRow[] = [
      { values: ['1', 1, 'x'], polygons: a },
      { values: ['1', 2, 'y'], polygons: a },
      { values: ['2', 1, null], polygons: b },
      { values: ['3', null, null], polygons: [] },
    ];
    const sources = [{ raster: 'cover', title: 'Land cover', date: '2021', legend: { 1: 'Water' } }];
    await writeGeoPackage(path, { columns, rows: each(rows), sources });
    const db = new DatabaseSync(path, { readOnly: true });
    expect(db.prepare('SELECT count(*) AS n FROM areas').get()).toEqual({ n: 2 });
    const found = db.prepare('SELECT * FROM answers ORDER BY OGC_FID').all() as Record<string, Value | Uint8Array>[];
    expect(found.map((row) => columns.map(({ name }) => row[name]))).toEqual(rows.map(({ values }) => values));
    expect(found.map(({ geom }) => geom instanceof Uint8Array)).toEqual([true, true, true, false]);
    expect(db.prepare('SELECT raster, title, units, date, legend FROM sources').all()).toEqual([
      { raster: 'cover', title: 'Land cover', units: null, date: '2021', legend: '{"1":"Water"}' },
    ]);
    db.close();
    // Catchment reads it as any other.
    const table = await openGeoPackageTable({ name: 't', path, table: 'areas', id: 'fid' });
    expect((await table.get('2'))?.polygons).toEqual(b);
    expect(await table.extent()).toEqual([0, 0, 6, 1]);
    await table.close();
  });
});
