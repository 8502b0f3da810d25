import { pathToFileURL } from 'node:url';
import { sourceUrl } from '../../src/mosaic/source-url.ts';

const relative = (file: string) => ({ file, isRelative: true });
const absolute = (file: string) => ({ file, isRelative: false });

describe('a source of a local VRT', () => {
  const vrt = '/data/land/all.vrt';

  it('lies beside it, below it or anywhere on the disk', () => {
    expect(sourceUrl(vrt, relative('a.tif'))).toBe('/data/land/a.tif');
    expect(sourceUrl(vrt, relative('tiles/a#1?.tif'))).toBe('/data/land/tiles/a#1?.tif');
    expect(sourceUrl(vrt, relative('../b.tif'))).toBe('/data/b.tif');
    expect(sourceUrl(vrt, absolute('/other/a.tif'))).toBe('/other/a.tif');
    expect(sourceUrl(pathToFileURL(vrt).href, relative('a.tif'))).toBe('/data/land/a.tif');
  });

  it.each([
    '/vsicurl/http://host/a.tif',
    '/vsis3/bucket/a.tif',
    '/vsizip//data/a.zip/a.tif',
    '/vsimem/a.tif',
    'http://host/a.tif?token=secret',
    'file:///etc/passwd',
    's3://bucket/a.tif',
  ])('is no other than a local file: %s', (file) => {
    for (const isRelative of [true, false]) {
      expect(() => sourceUrl(vrt, { file, isRelative })).toThrow(
        /^a local VRT may name local files only; give "[^?]*" in a list of files/,
      );
    }
  });

  it('is not relative to where somebody happens to be', () => {
    expect(() => sourceUrl(vrt, absolute('a.tif'))).toThrow('"a.tif" is relative to nothing');
    expect(() => sourceUrl(vrt, absolute('NETCDF:a.nc:land'))).toThrow('is relative to nothing');
    expect(() => sourceUrl(vrt, relative('a\0b'))).toThrow('"a\\u0000b" is not a path');
  });
});

describe('a source of a VRT on a server', () => {
  const vrt = 'https://host:8443/land/all.vrt?token=secret';

  it('lies on the same server, by its path or its URL', () => {
    expect(sourceUrl(vrt, relative('a.tif'))).toBe('https://host:8443/land/a.tif');
    expect(sourceUrl(vrt, relative('../x/a b#1?.tif'))).toBe('https://host:8443/x/a%20b%231%3F.tif');
    expect(sourceUrl(vrt, relative('/x/a.tif'))).toBe('https://host:8443/x/a.tif');
    expect(sourceUrl(vrt, absolute('https://host:8443/b.tif?key=1'))).toBe('https://host:8443/b.tif?key=1');
    expect(sourceUrl(vrt, absolute('/vsicurl/https://host:8443/b.tif'))).toBe('https://host:8443/b.tif');
  });

  it('is asked for as the VRT was, whatever the VRT says', () => {
    expect(sourceUrl('https://host/all.vrt', absolute('/vsicurl/http://host/b.tif'))).toBe('https://host/b.tif');
  });

  it.each([
    '/etc/passwd',
    '/data/a.tif',
    'file:///etc/passwd',
    '/vsicurl/file:///etc/passwd',
    '/vsicurl//etc/passwd',
    'http://169.254.169.254/latest/meta-data',
    'https://host/a.tif',
    '//other/a.tif',
    '\\\\other\\a.tif',
    '/vsis3/bucket/a.tif',
    's3://bucket/a.tif',
    '/vsizip/vsicurl/https://host:8443/a.zip',
    'a.tif',
  ])('is nothing else: %s', (file) => {
    expect(() => sourceUrl(vrt, absolute(file))).toThrow(/^a VRT on host:8443 may name files on host:8443 only, got "/);
  });

  it.each([
    '//other/a.tif',
    '\\\\other\\a.tif',
    'http://other/a.tif',
    'file:///etc/passwd',
    'https://host:8443@other/a.tif',
  ])('is nothing else, though it be called relative: %s', (file) => {
    expect(() => sourceUrl(vrt, relative(file))).toThrow(/^a VRT on host:8443 may name files on host:8443 only/);
  });
});

describe('a source of a VRT in a bucket', () => {
  const vrt = 's3://rasters/land/all.vrt?endpoint=http://minio:9000&pathStyle=true';
  const query = '?endpoint=http://minio:9000&pathStyle=true';

  it('lies in the same bucket of the same service', () => {
    expect(sourceUrl(vrt, relative('a.tif'))).toBe(`s3://rasters/land/a.tif${query}`);
    expect(sourceUrl(vrt, relative('../50%?.tif'))).toBe(`s3://rasters/50%25%3F.tif${query}`);
    expect(sourceUrl(vrt, absolute('/vsis3/rasters/x/a.tif'))).toBe(`s3://rasters/x/a.tif${query}`);
    expect(sourceUrl(vrt, absolute('s3://rasters/x/a.tif'))).toBe(`s3://rasters/x/a.tif${query}`);
  });

  it.each(['/vsis3/secrets/a.tif', 's3://secrets/a.tif', '/etc/passwd', 'https://host/a.tif', 'a.tif'])(
    'is nothing else: %s',
    (file) => {
      expect(() => sourceUrl(vrt, absolute(file))).toThrow(
        /^a VRT in the bucket rasters may name objects of this bucket only/,
      );
    },
  );

  it.each(['//secrets/a.tif', 's3://secrets/a.tif', 'https://host/a.tif'])(
    'is nothing else, though it be called relative: %s',
    (file) => {
      expect(() => sourceUrl(vrt, relative(file))).toThrow(
        /^a VRT in the bucket rasters may name objects of this bucket only/,
      );
    },
  );
});
