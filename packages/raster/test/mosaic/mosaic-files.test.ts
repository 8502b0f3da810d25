import { readdirSync } from 'node:fs';
import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startS3 } from '../../../cache/test/s3-server.ts';
import type { RasterOptions } from '../../src/files/raster-options.ts';
import { openRaster } from '../../src/open-raster.ts';
import type { Raster } from '../../src/tiles/raster.ts';
import { rangeServer } from '../range-server.ts';
import { cellsOf, folderOf, type Picture, pictureFile } from './pictures-of-parts.ts';
import { vrtText } from './vrt-text.ts';

/** A file of 4 × 4 cells of one value, whole pictures to the right and down. */
function square(value: number, right = 0, down = 0, more: Partial<Picture> = {}): Buffer {
  const rows = Array.from({ length: 4 }, () => new Array<number>(4).fill(value));
  return pictureFile('uint8', { rows, column: 4 * right, row: 4 * down, nodata: undefined, tile: [4, 4], ...more });
}

/** A VRT of squares side by side. */
function rowOf(files: readonly string[], nodata?: number): string {
  const [size, block] = [[4, 4] as const, [4, 4] as const];
  const sources = files.map((file, i) => ({ file, to: [4 * i, 0, 4, 4] as const, size, block }));
  return vrtText({ width: 4 * files.length, height: 4, nodata, sources });
}

async function using<T>(options: Omit<RasterOptions, 'name'>, use: (raster: Raster) => Promise<T> | T): Promise<T> {
  const raster = await openRaster({ name: 'land', ...options });
  try {
    return await use(raster);
  } finally {
    await raster.close();
  }
}

const firstRow = async (raster: Raster) => (await cellsOf(raster))[0];

/** The files that this process has open. */
function openFiles(): number {
  return readdirSync('/dev/fd').length;
}

/** Replaces a file at once by another, with another time of writing. */
async function replace(path: string, bytes: string | Uint8Array, second: number) {
  await writeFile(`${path}.new`, bytes);
  await utimes(`${path}.new`, second, second);
  await rename(`${path}.new`, path);
}

describe('the version of a raster that is made of files', () => {
  const files = { 'a.tif': square(1, 0), 'b.tif': square(2, 1), 'all.vrt': rowOf(['a.tif', 'b.tif']) };
  const kinds = {
    'a VRT': (at: (name: string) => string) => at('all.vrt'),
    'a list': (at: (name: string) => string) => [at('a.tif'), at('b.tif')],
    'a pattern': (at: (name: string) => string) => at('?.tif'),
  };

  it.each(Object.entries(kinds))('changes when any of them is replaced, and only then: %s', async (_, urlOf) => {
    await using folder = await folderOf(files);
    const url = urlOf(folder.at);
    await using({ url }, async (raster) => {
      const { version } = raster;
      expect(await raster.currentVersion()).toBe(version);
      await replace(folder.at('b.tif'), square(3, 1), 1);
      const later = await raster.currentVersion();
      expect(later).not.toBe(version);
      await using({ url }, ({ version }) => expect(version).toBe(later));
      await rm(folder.at('a.tif'));
      if (url === folder.at('?.tif')) expect(await raster.currentVersion()).not.toBe(later);
      else await expect(raster.currentVersion()).rejects.toThrow(/^raster land: cannot read .*a\.tif: no such file$/);
    });
  });

  it('changes with the VRT itself, with files that come, and with their order', async () => {
    await using folder = await folderOf(files);
    const versionOf = (url: string | readonly string[]) => using({ url }, ({ version }) => version);
    const before = await versionOf(folder.at('all.vrt'));
    await replace(folder.at('all.vrt'), rowOf(['b.tif', 'a.tif']), 1);
    expect(await versionOf(folder.at('all.vrt'))).not.toBe(before);
    const two = await versionOf(folder.at('?.tif'));
    await writeFile(folder.at('c.tif'), square(5, 2));
    expect(await versionOf(folder.at('?.tif'))).not.toBe(two);
    const [a, b] = [folder.at('a.tif'), folder.at('b.tif')];
    expect(await versionOf([a, b])).toBe(two);
    expect(await versionOf([b, a])).not.toBe(two);
  });

  it('is what the opener says', async () => {
    await using folder = await folderOf(files);
    await using({ url: folder.at('all.vrt'), version: '2019' }, async (raster) => {
      await replace(folder.at('b.tif'), square(3, 1), 1);
      expect([raster.version, await raster.currentVersion()]).toEqual(['2019', '2019']);
    });
  });

  it.each(Object.entries(kinds))(
    'is that of all that is read: a file that was replaced is not read, %s',
    async (_, urlOf) => {
      await using folder = await folderOf(files);
      await using({ url: urlOf(folder.at) }, async (raster) => {
        expect((await raster.readTile(0, 0))?.[0]).toBe(1);
        await replace(folder.at('b.tif'), square(3, 1), 1);
        await expect(raster.readTile(1, 0)).rejects.toThrow(
          /^raster land: cannot read .*b\.tif: it was replaced since it was opened$/,
        );
        await replace(folder.at('a.tif'), square(4, 0), 1);
        // The file is already open: the old content is read.
        expect((await raster.readTile(0, 0))?.[0]).toBe(1);
      });
    },
  );
});

describe('files of a raster', () => {
  it('are opened where they are read, and not all stay open', async () => {
    const names = Array.from({ length: 120 }, (_, i) => `${String(i).padStart(3, '0')}.tif`);
    await using folder = await folderOf({
      ...Object.fromEntries(names.map((name, i) => [name, square(i, i)])),
      'all.vrt': rowOf(names),
    });
    const before = openFiles();
    for (const url of [folder.at('all.vrt'), folder.at('*.tif'), names.map(folder.at)]) {
      await using({ url }, async (raster) => {
        expect(openFiles() - before).toBeLessThan(3);
        expect(await firstRow(raster)).toEqual(names.flatMap((_, i) => [i, i, i, i]));
        expect(openFiles() - before).toBeLessThan(40);
        const all = Array.from({ length: 120 }, (_, column) => raster.readTile(column, 0));
        expect((await Promise.all(all)).map((tile) => tile?.[0])).toEqual(names.map((_, i) => i));
        expect(openFiles() - before).toBeLessThan(40);
      });
      expect(openFiles() - before).toBeLessThan(3);
    }
  });

  it('are all told when they are wrong', async () => {
    await using folder = await folderOf({
      'a.tif': square(1),
      'b.tif': 'no TIFF',
      'c.tif': square(1, 1, 0, { tile: undefined }).subarray(0, 40),
      'all.vrt': rowOf(['a.tif', 'x.tif', 'y.tif']),
    });
    const problems = async (url: string | readonly string[]) => {
      const error = await openRaster({ name: 'land', url }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(AggregateError);
      return (error as AggregateError).errors.map(({ message }: Error) => message.replaceAll(`${folder.path}/`, ''));
    };
    expect(await problems(folder.at('all.vrt'))).toEqual([
      'raster land: cannot read x.tif: no such file',
      'raster land: cannot read y.tif: no such file',
    ]);
    expect(await problems(folder.at('*.tif'))).toEqual([
      'raster land: b.tif is not a TIFF',
      expect.stringMatching(/^raster land: c\.tif is cut short or damaged/),
    ]);
    expect(await problems([folder.at('a.tif'), folder.at('all.vrt'), 'ftp://host/a.tif'])).toEqual([
      'raster land: all.vrt is a VRT, expected GeoTIFFs in a list',
      expect.stringMatching(/^raster land: cannot open ftp:/),
    ]);
    const many = Array.from({ length: 50 }, (_, i) => folder.at(`none-${i}.tif`));
    expect((await problems(many)).slice(19)).toEqual([
      'raster land: cannot open none-19.tif: no such file',
      'raster land: 30 more of its 50 files cannot be used',
    ]);
    await expect(openRaster({ name: 'land', url: folder.at('*.png') })).rejects.toThrow(
      /^raster land: no file is called as in .*\*\.png$/,
    );
  });

  it('that do not fit each other are told', async () => {
    await using folder = await folderOf({
      'a.tif': square(1),
      'b.tif': pictureFile('int16', { rows: [[1]], column: 0, row: 0, nodata: undefined, tile: undefined }),
      'c.tif': square(1, 0.125),
    });
    await expect(openRaster({ name: 'land', url: folder.at('*.tif') })).rejects.toThrow(
      /b\.tif: it has samples of int16, expected uint8, as .*a\.tif has; .*c\.tif: its cells do not coincide with those of .*a\.tif: it has/,
    );
  });

  it('that are not what their VRT says are refused when they are read', async () => {
    const small = vrtText({ width: 4, height: 4, sources: [{ file: 'a.tif', to: [0, 0, 4, 4], size: [5, 4] }] });
    const bytes = pictureFile('int16', { rows: [[1]], column: 0, row: 0, nodata: undefined, tile: undefined });
    const wider = vrtText({ width: 1, height: 1, sources: [{ file: 'b.tif', to: [0, 0, 1, 1], size: [1, 1] }] });
    await using folder = await folderOf({ 'a.tif': square(1), 'b.tif': bytes, 'small.vrt': small, 'wider.vrt': wider });
    await using({ url: folder.at('small.vrt') }, async (raster) => {
      await expect(raster.readTile(0, 0)).rejects.toThrow(
        /^raster land: cannot use .*a\.tif: it is 4 × 4 cells large, expected 5 × 4, as its VRT says$/,
      );
    });
    await using({ url: folder.at('wider.vrt') }, async (raster) => {
      await expect(raster.readTile(0, 0)).rejects.toThrow(
        /^raster land: cannot use .*b\.tif: it has samples of int16, expected such as the VRT's uint8 can hold$/,
      );
    });
  });

  it('are no VRTs: not one within itself either', async () => {
    await using folder = await folderOf({ 'all.vrt': rowOf(['all.vrt']) });
    await expect(openRaster({ name: 'land', url: folder.at('all.vrt') })).rejects.toThrow(
      /^raster land: cannot use .*all\.vrt: it names all\.vrt, a VRT itself, expected GeoTIFFs: gdalbuildvrt makes one of their files$/,
    );
  });

  it('may be one alone, in a list or by a pattern, and have the characters of patterns in its name', async () => {
    await using folder = await folderOf({ 'a[1]*.tif': square(7), 'b.tif': square(8, 1) });
    for (const url of [
      folder.at('a[1]*.tif'),
      [folder.at('a[1]*.tif')],
      folder.at('a[1]?.tif'),
      folder.at('a[1]?.t*f'),
    ])
      expect(await using({ url }, firstRow)).toEqual([7, 7, 7, 7]);
    expect(await using({ url: folder.at('?.tif') }, firstRow)).toEqual([8, 8, 8, 8]);
  });

  it('hide those before them, and themselves where they are named twice', async () => {
    await using folder = await folderOf({ 'a.tif': square(1), 'b.tif': square(2) });
    const [a, b] = [folder.at('a.tif'), folder.at('b.tif')];
    expect(await using({ url: [a, b, a] }, firstRow)).toEqual([1, 1, 1, 1]);
    expect(await using({ url: [a, b] }, firstRow)).toEqual([2, 2, 2, 2]);
  });

  it('that lie wholly beneath others are not read', async () => {
    await using folder = await folderOf({ 'a.tif': square(1), 'b.tif': square(2), 'all.vrt': '' });
    const sources = ['a.tif', 'b.tif'].map((file) => ({ file, to: [0, 0, 4, 4] as const, size: [4, 4] as const }));
    await writeFile(folder.at('all.vrt'), vrtText({ width: 4, height: 4, sources }));
    await using({ url: folder.at('all.vrt') }, async (raster) => {
      await replace(folder.at('a.tif'), 'no TIFF', 1);
      expect((await raster.readTile(0, 0))?.[0]).toBe(2);
    });
  });

  it('are refused when the raster is closed', async () => {
    await using folder = await folderOf({ 'a.tif': square(1), 'b.tif': square(2, 1) });
    const raster = await openRaster({ name: 'land', url: folder.at('*.tif') });
    await raster.close();
    await raster.close();
    await expect(raster.readTile(0, 0)).rejects.toThrow('it was closed');
  });

  it('leave the signal its reason', async () => {
    await using folder = await folderOf({
      'a.tif': square(1),
      'b.tif': square(2, 1),
      'all.vrt': rowOf(['a.tif', 'b.tif']),
    });
    const signal = AbortSignal.abort(new Error('enough'));
    for (const url of [folder.at('*.tif'), folder.at('all.vrt')]) {
      await expect(openRaster({ name: 'land', url }, signal)).rejects.toBe(signal.reason);
      await using({ url }, (raster) => expect(raster.readTile(0, 0, signal)).rejects.toBe(signal.reason));
      await using({ url }, (raster) => expect(raster.currentVersion(signal)).rejects.toBe(signal.reason));
    }
  });
});

describe('the no-data value of a raster that is made of files', () => {
  it('is the one that the opener gives, in place of those of files and VRT', async () => {
    await using folder = await folderOf({
      'a.tif': square(1, 0, 0, { nodata: 9 }),
      'b.tif': square(9, 1, 0, { nodata: 9 }),
      'all.vrt': rowOf(['a.tif', 'b.tif'], 9),
    });
    for (const url of [folder.at('all.vrt'), folder.at('?.tif')]) {
      expect(await using({ url }, firstRow)).toEqual([1, 1, 1, 1, null, null, null, null]);
      expect(await using({ url, nodata: 1 }, firstRow)).toEqual([null, null, null, null, 9, 9, 9, 9]);
      expect(await using({ url, nodata: 'none' }, firstRow)).toEqual([1, 1, 1, 1, 9, 9, 9, 9]);
    }
  });
});

describe('a raster on a server that is made of files', () => {
  it('is a VRT beside its files, of which only those are asked for that are needed', async () => {
    await using server = await rangeServer();
    server.put('a.tif', square(1));
    server.put('b.tif', square(2, 1));
    const url = server.put('all.vrt', Buffer.from(rowOf(['a.tif', 'b.tif'])));
    await using({ url }, async (raster) => {
      expect(raster.isRemote).toBe(true);
      // The VRT, and a look at each file.
      expect(server.asked.map(([, end]) => end)).toEqual([65_536, 2, 2]);
      expect((await raster.readTile(1, 0))?.[0]).toBe(2);
      expect(server.asked.length).toBe(4);
      const { version } = raster;
      expect(await raster.currentVersion()).toBe(version);
      server.put('a.tif', square(5));
      expect(await raster.currentVersion()).not.toBe(version);
      await expect(raster.readTile(0, 0)).rejects.toThrow(/^raster land: cannot read .*a\.tif: it was replaced/);
    });
  });

  it('is a list, of whose URLs the queries are told to nobody', async () => {
    await using server = await rangeServer();
    const url = [`${server.put('a.tif', square(1))}?key=s3cret`, `${server.put('b.tif', square(2, 1))}?key=s3cret`];
    await using({ url }, async (raster) => {
      expect(await firstRow(raster)).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
      const { version } = raster;
      server.put('b.tif', square(3, 1));
      expect(await raster.currentVersion()).not.toBe(version);
    });
    server.put('b.tif', square(3, 1.125));
    for (const urls of [url, [...url, `${server.put('c.tif', Buffer.from('no TIFF'))}?key=s3cret`]]) {
      const error = await openRaster({ name: 'land', url: urls }).catch((reason: Error) => reason);
      expect(error).toBeInstanceOf(AggregateError);
      expect((error as Error).message).not.toContain('s3cret');
    }
  });

  it('may have no validators where the opener has a word for the version', async () => {
    await using server = await rangeServer();
    server.tag(() => '');
    server.put('a.tif', square(1));
    const url = server.put('all.vrt', Buffer.from(rowOf(['a.tif'])));
    await expect(openRaster({ name: 'land', url })).rejects.toThrow('neither an ETag nor a Last-Modified');
    expect(await using({ url, version: '2' }, firstRow)).toEqual([1, 1, 1, 1]);
  });

  it('lies in a bucket, its files beside it', async () => {
    const s3 = await startS3('rasters');
    const client = new S3Client({ endpoint: s3.endpoint, region: 'us-east-1', forcePathStyle: true });
    const put = (key: string, bytes: Uint8Array) =>
      client.send(new PutObjectCommand({ Bucket: 'rasters', Key: key, Body: bytes }));
    await put('land/a.tif', square(1));
    await put('land/b 1.tif', square(2, 1));
    await put('land/all.vrt', Buffer.from(rowOf(['a.tif', 'b 1.tif'])));
    const url = `s3://rasters/land/all.vrt?endpoint=${s3.endpoint}&pathStyle=true`;
    await using({ url }, async (raster) => {
      expect(await firstRow(raster)).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
      const { version } = raster;
      expect(await raster.currentVersion()).toBe(version);
      await put('land/a.tif', square(3));
      expect(await raster.currentVersion()).not.toBe(version);
    });
    client.destroy();
    await s3.stop();
  });

  it('cannot name files of the machine that reads it', async () => {
    await using folder = await folderOf({ 'secret.tif': square(1) });
    await using server = await rangeServer();
    const text = rowOf(['x.tif']).replace('relativeToVRT="1">x.tif', `relativeToVRT="0">${folder.at('secret.tif')}`);
    const url = server.put('all.vrt', Buffer.from(text));
    await expect(openRaster({ name: 'land', url })).rejects.toThrow(
      /^raster land: cannot use http:.*all\.vrt: a VRT on 127\.0\.0\.1:\d+ may name files on 127\.0\.0\.1:\d+ only, got "\/.*secret\.tif"$/,
    );
  });
});
