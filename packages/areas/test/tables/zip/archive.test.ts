import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAreaTable } from '../../../src/index.ts';
import { openArchive } from '../../../src/tables/zip/archive.ts';
import { basinsFile } from '../../fixtures.ts';
import { type ZipEntry, zipBytes } from './zip-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'areas-zip-'));
const path = join(folder, 'a.zip');
afterAll(() => rmSync(folder, { recursive: true }));

/** The files of a shapefile, under another name. */
function shapefile(layer: string, stem: string): ZipEntry[] {
  return ['shp', 'shx', 'dbf', 'prj', 'cpg'].map((ending) => ({
    name: `${stem}.${ending}`,
    content: readFileSync(basinsFile(`${layer}.${ending}`)),
  }));
}

function opened(entries: readonly ZipEntry[], table?: string) {
  writeFileSync(path, zipBytes(entries));
  return openAreaTable({ name: 'a', path, table, id: 'code' });
}

describe('a zipped shapefile', () => {
  it('is the only one, whatever is beside it', async () => {
    const other = { name: 'Read me.txt', content: Buffer.from('x') };
    const ofMac = { name: '__MACOSX/._Flüsse & Seen.shp', content: Buffer.from('x') };
    const table = await opened([other, ofMac, ...shapefile('albers', 'daten/Flüsse & Seen')]);
    expect((await table.get('Ä-1'))?.properties).toMatchObject({ label: 'Ångström Brook' });
    await table.close();
    const named = await opened(shapefile('albers', 'daten/Flüsse & Seen'), 'Flüsse & Seen');
    expect(await named.has('Ä-1')).toBe(true);
    await named.close();
  });

  it.each<[string, readonly ZipEntry[], string | undefined, RegExp]>([
    ['without one', [{ name: 'a.txt', content: Buffer.of(1) }], undefined, /: has no \.shp file in it, only "a\.txt"$/],
    ['without anything', [], undefined, /: has no \.shp file in it, only nothing$/],
    [
      'with several',
      [...shapefile('web', 'a/x'), ...shapefile('albers', 'b/x'), ...shapefile('albers', 'y')],
      undefined,
      /: table is missing, expected one of a\/x, b\/x, y$/,
    ],
    ['without the named one', shapefile('web', 'x'), 'y', /: has no shapefile "y" in it, only x$/],
    [
      'that is encrypted',
      shapefile('web', 'x').map((one) => ({ ...one, isEncrypted: true })),
      undefined,
      /is encrypted$/,
    ],
    [
      'with a path outside itself',
      [...shapefile('web', 'x'), { name: '../../etc/passwd', content: Buffer.of(1) }],
      undefined,
      /: is no ZIP archive that can be read: invalid relative path: \.\.\/\.\.\/etc\/passwd$/,
    ],
    [
      'with a path from the root',
      [{ name: '/etc/x.shp', content: Buffer.of(1) }],
      undefined,
      /: is no ZIP archive that can be read: absolute path: \/etc\/x\.shp$/,
    ],
    [
      'with more than it says',
      [{ name: 'x.shp', content: Buffer.alloc(1_000_000), says: 200 }],
      undefined,
      /: is no ZIP archive that can be read: too many bytes in the stream/,
    ],
    [
      'with very many files',
      Array.from({ length: 10_001 }, (_, i) => ({ name: `${i}`, content: Buffer.alloc(0) })),
      undefined,
      /: has 10001 files in it, expected at most 10000$/,
    ],
  ])('is refused %s', async (_, entries, table, sentence) => {
    await expect(opened(entries, table)).rejects.toThrow(sentence);
  });

  it('is refused where it is no archive', async () => {
    writeFileSync(path, 'x'.repeat(1000));
    await expect(openAreaTable({ name: 'a', path, id: 'code' })).rejects.toThrow(
      /: is no ZIP archive that can be read: /,
    );
  });
});

describe('an archive', () => {
  it('unpacks much of it into a file without a name, and no more than is asked for', async () => {
    const content = Buffer.alloc(20 * 2 ** 20, 'abc');
    const before = readdirSync(tmpdir()).length;
    const archive = await openArchive(zipBytes([{ name: 'a', content }]));
    const [file] = archive.files;
    const bytes = await archive.unpack(file!, content.length);
    expect(bytes.size).toBe(content.length);
    expect(Buffer.from(bytes.read(15 * 2 ** 20, 6)).toString()).toBe('abcabc');
    expect(readdirSync(tmpdir())).toHaveLength(before);
    await expect(archive.unpack(file!, content.length - 1)).rejects.toThrow(
      'has "a" in it, which unpacks to 20971520 bytes, expected at most 20971519',
    );
    bytes.close();
    bytes.close();
    archive.close();
  });
});
