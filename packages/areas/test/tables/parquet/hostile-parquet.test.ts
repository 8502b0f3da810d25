import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGeoParquetTable } from '../../../src/tables/parquet/geoparquet.ts';
import { readRuns } from '../../../src/tables/parquet/runs.ts';
import { basinsFile } from '../../fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'areas-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));
const good = readFileSync(basinsFile('feet.parquet'));

function opened(change: (bytes: Buffer) => Buffer | undefined) {
  const bytes = Buffer.from(good);
  const path = join(folder, 'a.parquet');
  writeFileSync(path, change(bytes) ?? bytes);
  return openGeoParquetTable({ name: 'huc', path, id: 'code' });
}

/** The footer of Thrift begins with its version, and the schema; the number of rows follows. */
function replaced(bytes: Buffer, from: string, to: string): Buffer {
  expect(from).toHaveLength(to.length);
  expect(bytes.includes(from)).toBe(true);
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
}

describe('a Parquet file', () => {
  it.each<[string, (bytes: Buffer) => Buffer | undefined, RegExp]>([
    ['that is none', () => Buffer.from('fgb'), /a\.parquet: is no Parquet file$/],
    [
      'that is cut short',
      (bytes) => bytes.subarray(0, 5000),
      /: is cut short: it does not end as a Parquet file does$/,
    ],
    ['that is encrypted', (bytes) => void bytes.write('PARE', bytes.length - 4), /: is encrypted, expected/],
    [
      'with a footer longer than the file',
      (bytes) => void bytes.writeUInt32LE(bytes.length, bytes.length - 8),
      /: says that its footer has \d+ bytes, for which it has no room$/,
    ],
    [
      'with a footer that is shorter than it is',
      (bytes) => void bytes.writeUInt32LE(100, bytes.length - 8),
      /: is damaged: its footer cannot be read$/,
    ],
    [
      'without geometries',
      (bytes) => replaced(bytes, '"primary_column"', '"secondary_colum'),
      /: has the primary column missing, which its member "geo" does not describe$|is not JSON$/,
    ],
    [
      'with geometries in another encoding',
      (bytes) => replaced(bytes, '"WKB"', '"TWK"'),
      /: has geometries in the encoding "TWK", expected "WKB": ogr2ogr -f Parquet -lco GEOMETRY_ENCODING=WKB makes it$/,
    ],
  ])('%s is refused', async (_, change, sentence) => {
    await expect(opened(change)).rejects.toThrow(sentence);
  });

  it('that says that it has more rows than bytes is refused before memory is taken for them', async () => {
    const rows = 2 ** 40;
    const footer = good.readUInt32LE(good.length - 8);
    const at = good.length - 8 - footer;
    // 16 07 is the number of seven rows after the schema, in the file and in its row group.
    const lying = Buffer.concat(pieces(good.subarray(at, good.length - 8), varint(2n * BigInt(rows))));
    const tail = Buffer.alloc(8);
    tail.writeUInt32LE(lying.length, 0);
    tail.write('PAR1', 4);
    const opening = opened((bytes) => Buffer.concat([bytes.subarray(0, at), lying, tail]));
    await expect(opening).rejects.toThrow(/: says that it has 1099511627776 rows, for which it has no room$/);
  });
});

/** The footer with another number of rows in place of the first seven after the schema. */
function pieces(footer: Buffer, number: Buffer): Buffer[] {
  const at = footer.indexOf(Buffer.of(0x16, 14, 0x19));
  expect(at).toBeGreaterThan(0);
  return [footer.subarray(0, at + 1), number, footer.subarray(at + 2)];
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left >>= 7n) {
    if (left < 128n) return Buffer.from([...bytes, Number(left)]);
    bytes.push(Number(left & 127n) | 128);
  }
}

describe('readRuns', () => {
  it('repeats values, and reads those that are packed, of any width', () => {
    // A run of 3 sevens, then a group of eight numbers of 3 bits.
    const bytes = Uint8Array.of(3 << 1, 7, (1 << 1) | 1, 0b10_001_000, 0b1_100_011_1 & 0xff, 0b111_110_10);
    expect([...readRuns(bytes, 3, 5)]).toEqual([7, 7, 7, 0, 1]);
    expect([...readRuns(Uint8Array.of(8 << 1), 0, 8)]).toEqual(new Array(8).fill(0));
    expect([...readRuns(Uint8Array.of(2 << 1, 1, 2, 3, 4), 32, 2)]).toEqual([0x04030201, 0x04030201]);
  });

  it('builds no more than the values that are asked for, however long a run is', () => {
    expect([...readRuns(Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x0f, 1), 1, 3)]).toEqual([1, 1, 1]);
    expect([...readRuns(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0b1011), 1, 4)]).toEqual([1, 1, 0, 1]);
  });

  it.each([
    ['ends early', Uint8Array.of(1 << 1, 0), 1, 2],
    ['ends within a group', Uint8Array.of(3, 0), 9, 2],
    ['has numbers of 33 bits', Uint8Array.of(2, 0), 33, 1],
    ['has a head without end', Uint8Array.of(255, 255, 255, 255, 255, 255), 1, 1],
  ])('refuses a page that %s', (_, bytes, width, count) => {
    expect(() => readRuns(bytes, width, count)).toThrow(/^is damaged: a page /);
  });
});
