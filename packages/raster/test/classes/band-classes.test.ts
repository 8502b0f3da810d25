import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readXml } from '@cellshed/xml';
import { writeConstantRaster } from '../../../../test/constant-raster.ts';
import { classesOfBand, classesOfPalette, united } from '../../src/classes/band-classes.ts';
import { rasterClasses } from '../../src/raster-classes.ts';

const classesIn = (content: string) => Object.fromEntries(classesOfBand(readXml(`<B>${content}</B>`)));

it('names of categories and colours are those of their place', () => {
  const names = '<CategoryNames><Category/><Category>Water</Category></CategoryNames>';
  const colours =
    '<ColorTable><Entry c1="0" c2="0" c3="0" c4="255"/><Entry c1="70" c2="107" c3="159" c4="255"/></ColorTable>';
  expect(classesIn(names + colours)).toEqual({ 0: { color: '#000000' }, 1: { label: 'Water', color: '#466b9f' } });
});

const column = (index: number, [name, type, usage]: readonly [string, number, number]) =>
  `<FieldDefn index="${index}"><Name>${name}</Name><Type>${type}</Type><Usage>${usage}</Usage></FieldDefn>`;
const table = (columns: readonly (readonly [string, number, number])[], rows: readonly string[][], attributes = '') =>
  `<GDALRasterAttributeTable ${attributes}>${columns.map((one, i) => column(i, one)).join('')}` +
  `${rows.map((row, i) => `<Row index="${i}">${row.map((cell) => `<F>${cell}</F>`).join('')}</Row>`).join('')}</GDALRasterAttributeTable>`;

it('an attribute table says which columns hold values, names and colours', () => {
  const columns = [
    ['Count', 0, 1],
    ['Code', 0, 5],
    ['Memo', 2, 0],
    ['Klasse', 2, 2],
    ['R', 0, 6],
    ['G', 0, 7],
    ['B', 0, 8],
  ] as const;
  const rows = [
    ['9', '11', 'm', 'Water', '70', '107', '159'],
    ['1', '41', 'm', '', '104', '171', '95'],
  ];
  expect(classesIn(table(columns, rows))).toEqual({
    11: { label: 'Water', color: '#466b9f' },
    41: { color: '#68ab5f' },
  });
});

it('or its columns are found by what people call them, else rows are counted', () => {
  const columns = [
    ['Memo', 2, 0],
    ['VALUE', 0, 0],
    ['Land_Cover', 2, 0],
  ] as const;
  expect(classesIn(table(columns, [['m', '11', 'Water']]))).toEqual({ 11: { label: 'Water' } });
  const binned = [['Name', 2, 0]] as const;
  expect(classesIn(table(binned, [['A'], ['B']], 'Row0Min="4" BinSize="2"'))).toEqual({
    4: { label: 'A' },
    6: { label: 'B' },
  });
});

it('colours may be shares of one', () => {
  const columns = [
    ['Red', 1, 6],
    ['Green', 1, 7],
    ['Blue', 1, 8],
  ] as const;
  expect(classesIn(table(columns, [['0.0', '1.0', '0.5']]))).toEqual({ 0: { color: '#00ff80' } });
});

it('a palette has all reds, then all greens, then all blues, of 16 bits', () => {
  expect(Object.fromEntries(classesOfPalette([0, 0x4646, 0, 0x6b6b, 0, 0x9f9f]))).toEqual({
    0: { color: '#000000' },
    1: { color: '#466b9f' },
  });
  expect([...classesOfPalette([])]).toEqual([]);
});

it('later sources go before earlier ones, value by value', () => {
  const all = united([
    new Map([
      [2, { color: '#000000' }],
      [1, { label: 'a' }],
    ]),
    new Map([
      [1, { label: 'b' }],
      [Number.NaN, { label: 'c' }],
    ]),
  ]);
  expect([...all]).toEqual([
    [1, { label: 'b' }],
    [2, { color: '#000000' }],
  ]);
});

describe('the classes of a raster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-classes-'));
  const url = join(folder, 'a.tif');
  beforeAll(() => writeConstantRaster(url, { across: 1, down: 1, originX: 0, originY: 0, value: 1 }));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are none where no file says anything', async () => {
    expect([...(await rasterClasses({ url }))]).toEqual([]);
  });

  it('are in the file beside it, by bands', async () => {
    const bandOf = (band: number, name: string) =>
      `<PAMRasterBand band="${band}"><CategoryNames><Category>${name}</Category></CategoryNames></PAMRasterBand>`;
    writeFileSync(`${url}.aux.xml`, `<PAMDataset>${bandOf(2, 'two')}${bandOf(1, 'one')}</PAMDataset>`);
    expect([...(await rasterClasses({ url }))]).toEqual([[0, { label: 'one' }]]);
    expect([...(await rasterClasses({ url, band: 2 }))]).toEqual([[0, { label: 'two' }]]);
  });

  it('are in a VRT', async () => {
    const vrt = join(folder, 'a.vrt');
    writeFileSync(
      vrt,
      '<VRTDataset><VRTRasterBand band="1"><CategoryNames><Category>own</Category></CategoryNames></VRTRasterBand></VRTDataset>',
    );
    expect([...(await rasterClasses({ url: vrt }))]).toEqual([[0, { label: 'own' }]]);
  });
});
