import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Position } from '../../../src/index.ts';
import { polygonsOfRings } from '../../../src/tables/shapefile/polygons.ts';
import { openShapefileTable } from '../../../src/tables/shapefile/shapefile.ts';
import { collect } from '../../area-table-suite.ts';
import { basinsFile } from '../../fixtures.ts';
import { type Shape, writeDbf, writeShapes } from './shapes.ts';

const folder = mkdtempSync(join(tmpdir(), 'areas-shapefile-'));
const at = (name: string) => join(folder, name);
beforeEach(() => {
  for (const ending of ['shp', 'shx', 'dbf', 'prj', 'cpg']) rmSync(at(`a.${ending}`), { force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

const open = (id = 'fid') => openShapefileTable({ name: 'a', path: at('a.shp'), id });

/** A box; clockwise, unless it is a hole. */
function box(west: number, south: number, east: number, north: number, hole?: 'hole'): Position[] {
  const ring: Position[] = [
    [west, south],
    [west, north],
    [east, north],
    [east, south],
    [west, south],
  ];
  return hole ? ring.toReversed() : ring;
}

const polygonOf = (...parts: Position[][]): Shape => ({ type: 5, parts });
const square = polygonOf(box(0, 0, 1, 1));

async function polygonsOf(shape: Shape, type?: number) {
  writeShapes(at('a.shp'), [shape], type);
  const table = await open();
  const area = await table.get('0');
  await table.close();
  return area?.polygons;
}

describe('the polygons of a shape', () => {
  it('are its outer rings, each with the holes in it, whatever the order of the rings', async () => {
    const [a, b] = [box(0, 0, 10, 10), box(20, 0, 30, 10)];
    const [inA, inB] = [box(2, 2, 4, 4, 'hole'), box(22, 2, 24, 4, 'hole')];
    const island = box(2.5, 2.5, 3, 3);
    const inIsland = box(2.6, 2.6, 2.8, 2.8, 'hole');
    expect(await polygonsOf(polygonOf(inIsland, inB, a, inA, b, island))).toEqual([
      [a, inA],
      [b, inB],
      [island, inIsland],
    ]);
  });

  it('have a hole that touches the edge of its outer ring', async () => {
    const [a, hole] = [box(0, 0, 10, 10), box(0, 0, 5, 5, 'hole')];
    expect(await polygonsOf(polygonOf(a, hole))).toEqual([[a, hole]]);
  });

  it('are rings of their own where they wind the wrong way', async () => {
    const [a, b] = [box(0, 0, 1, 1, 'hole'), box(5, 0, 6, 1, 'hole')];
    expect(await polygonsOf(polygonOf(a, b))).toEqual([[a], [b]]);
  });

  it('are triangles and rings of a multipatch, seen from above', async () => {
    const strip: Position[] = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ];
    const [outer, inner] = [box(5, 5, 9, 9), box(6, 6, 7, 7, 'hole')];
    const shape: Shape = { type: 31, parts: [strip, outer, inner], patches: [0, 2, 3] };
    expect(await polygonsOf(shape, 31)).toEqual([
      [[strip[0], strip[1], strip[2], strip[0]]],
      [[strip[1], strip[2], strip[3], strip[1]]],
      [outer, inner],
    ]);
  });

  it.each([
    ['more parts than bytes', 36, 2 ** 30],
    ['more positions than bytes', 40, 2 ** 31 - 1],
    ['a part that begins beyond its positions', 44, 9],
  ])('are refused where it says that it has %s', async (_, place, lie) => {
    writeShapes(at('a.shp'), [square]);
    const bytes = readFileSync(at('a.shp'));
    bytes.writeInt32LE(lie, 108 + place);
    writeFileSync(at('a.shp'), bytes);
    const table = await open();
    await expect(table.get('0')).rejects.toThrow(
      /^area table a: area 0: geometry (is cut short|has a part from position 9 to 5 of 5)$/,
    );
    await table.close();
  });

  it('are refused where too many holes lie in rings that do not hold them', () => {
    const rings = Array.from({ length: 60 }, (_, i): Position[] => [
      [0, 0],
      [0, 100],
      [0.001 + i * 1e-7, 0.001],
      [100, 0],
      [0, 0],
    ]);
    const holes = Array.from({ length: 120 }, () => box(50, 50, 51, 51, 'hole'));
    const looks = 120 * 60 * (1 + 5);
    expect(polygonsOfRings([...rings, ...holes], looks)).toHaveLength(180);
    expect(() => polygonsOfRings([...rings, ...holes], looks - 1)).toThrow(
      'geometry has so many rings that their places cannot be found',
    );
  });
});

describe('a shapefile', () => {
  it('without its other files has areas by their numbers, and no CRS', async () => {
    writeShapes(at('a.shp'), [square, undefined, square]);
    const table = await open();
    expect(await collect(table.ids())).toEqual(['0', '1', '2']);
    expect(table.notes).toEqual(['it names no CRS: taken as longitude and latitude']);
    expect(await table.get('2')).toMatchObject({ properties: {} });
    await expect(table.get('1')).rejects.toThrow(/: geometry is missing/);
    await table.close();
    await expect(open('code')).rejects.toThrow(/: has no property "code", its records have none$/);
  });

  it('is found with endings in any case', async () => {
    for (const ending of ['shp', 'shx', 'dbf', 'prj', 'cpg'])
      copyFileSync(basinsFile(`albers.${ending}`), at(`B.${ending.toUpperCase()}`));
    const table = await openShapefileTable({ name: 'b', path: at('B.SHP'), id: 'code' });
    expect((await table.get('Ä-1'))?.crs?.name).toBe('NAD_1983_Contiguous_USA_Albers');
    await table.close();
  });

  it.each([
    ['points', 1],
    ['lines', 13],
    ['multipoints', 28],
  ])('of %s is refused', async (what, type) => {
    writeShapes(at('a.shp'), [], type);
    await expect(open()).rejects.toThrow(new RegExp(`: holds ${what}, expected polygons$`));
  });

  it.each([
    ['.shp', 'is no shapefile'],
    ['.shx', 'is damaged: its .shx file is none of a shapefile'],
    ['.dbf', 'is damaged: the head of its .dbf file is none of dBase'],
  ])('whose %s file is something else is refused', async (ending, sentence) => {
    writeShapes(at('a.shp'), [square]);
    writeFileSync(at(`a${ending}`), 'x'.repeat(200));
    await expect(open()).rejects.toThrow(sentence);
  });

  it('leaves out records that are deleted, and takes values as GDAL does', async () => {
    writeShapes(at('a.shp'), [square, square, square]);
    const fields = [
      { name: 'code', type: 'C', length: 4 },
      { name: 'many', type: 'N', length: 18 },
      { name: 'share', type: 'F', length: 8 },
      { name: 'day', type: 'D', length: 8 },
      { name: 'is', type: 'L', length: 1 },
    ];
    writeDbf(at('a.dbf'), fields, {
      records: [
        [' 07 ', '999999999999999999', '1.5e2', '20260131', 'T'],
        ['x', '1', '1', '', 'F', 'deleted'],
        ['b', '-12', '*******', '00000000', '?'],
      ],
    });
    const table = await open('code');
    expect(await collect(table.ids())).toEqual(['07', 'b']);
    expect((await table.get('07'))?.properties).toEqual({
      code: '07',
      many: '999999999999999999',
      share: 150,
      day: '2026-01-31',
      is: true,
    });
    expect((await table.get('b'))?.properties).toEqual({ code: 'b', many: -12, share: null, day: null, is: null });
    await table.close();
  });

  it.each<[string, number, string | undefined, number[], string]>([
    ['UTF-8 where nothing says it', 0, undefined, [0xc3, 0x84], 'Ä'],
    ['Windows-1252 where nothing says it and it is no UTF-8', 0, undefined, [0xc4, 0x41, 0x80], 'ÄA€'],
    ['the code page of the language driver', 2, undefined, [0x8e], 'Ä'],
    ['ISO 8859-1 by the language driver', 87, undefined, [0xc4], 'Ä'],
    ['the .cpg file before the language driver', 87, 'UTF-8', [0xc3, 0x84], 'Ä'],
    ['a number in the .cpg file', 0, '1251\r\n', [0xc4], 'Д'],
    ['a name of Esri in the .cpg file', 0, 'ANSI 1250', [0xa3], 'Ł'],
    ['ISO 8859-2 in the .cpg file', 0, '88592', [0xa3], 'Ł'],
    ['a driver in the .cpg file', 0, 'LDID/38', [0x84], 'Д'],
    ['Big5 in the .cpg file', 0, 'Big5', [0xa4, 0xa4], '中'],
  ])('has texts in %s', async (_, driver, cpg, stored, text) => {
    writeShapes(at('a.shp'), [square]);
    writeDbf(at('a.dbf'), [{ name: 'code', type: 'C', length: 4 }], { records: [[Uint8Array.from(stored)]], driver });
    if (cpg !== undefined) writeFileSync(at('a.cpg'), cpg);
    const table = await open('code');
    expect(await collect(table.ids())).toEqual([text]);
    await table.close();
  });

  it('says which encoding it does not know', async () => {
    writeShapes(at('a.shp'), [square]);
    writeDbf(at('a.dbf'), [{ name: 'code', type: 'C', length: 4 }], { records: [['a']] });
    writeFileSync(at('a.cpg'), 'klingon');
    const table = await open('code');
    expect(table.notes).toContain(
      'its .cpg file names the encoding "klingon", which is not known: texts are taken as UTF-8 or Windows-1252',
    );
    await table.close();
  });
});
