import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFlatGeobufTable } from '../../../src/tables/flatgeobuf/flatgeobuf.ts';
import { basinsFile } from '../../fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'areas-flatgeobuf-'));
afterAll(() => rmSync(folder, { recursive: true }));
const good = readFileSync(basinsFile('wgs84-indexed.fgb'));

/** Opens a copy after its bytes were changed. */
function opened(change: (bytes: Buffer) => Buffer | undefined) {
  const bytes = Buffer.from(good);
  const path = join(folder, 'a.fgb');
  writeFileSync(path, change(bytes) ?? bytes);
  return openFlatGeobufTable({ name: 'huc', path, id: 'code' });
}

/** The place of the number of features in the header. */
function countAt(): number {
  const wanted = Buffer.alloc(8);
  wanted.writeBigUInt64LE(6n);
  return good.indexOf(wanted, 12);
}

describe('a FlatGeobuf', () => {
  it.each<[string, (bytes: Buffer) => Buffer | undefined, RegExp]>([
    ['that is none', () => Buffer.from('{"type": "FeatureCollection"}'), /a\.fgb: is no FlatGeobuf$/],
    ['that is empty', () => Buffer.alloc(0), /: is no FlatGeobuf$/],
    ['of another version', (bytes) => void (bytes[3] = 4), /: is a FlatGeobuf of version 4, expected 3$/],
    [
      'with a header longer than the file',
      (bytes) => void bytes.writeUInt32LE(0x7fffffff, 8),
      /: says that its header has 2147483647 bytes, expected 8 to 10485760 within the file$/,
    ],
    [
      'with more features than bytes',
      (bytes) => void bytes.writeBigUInt64LE(2n ** 40n, countAt()),
      /: says that it has 1099511627776 features, for which it has no room$/,
    ],
    [
      'with fewer features than it says',
      (bytes) => bytes.subarray(0, bytes.length - 10),
      /: is cut short within its feature 5$/,
    ],
    ['that ends in its header', (bytes) => bytes.subarray(0, 100), /: says that its header has \d+ bytes/],
  ])('%s is refused', async (_, change, sentence) => {
    await expect(opened(change)).rejects.toThrow(sentence);
  });
});
