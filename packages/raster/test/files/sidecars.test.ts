import { mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crsFromText, sameCrs } from '@cellshed/crs';
import { openNetwork } from '../../src/bytes/network.ts';
import { isPam, readPam } from '../../src/files/pam.ts';
import type { RasterOptions } from '../../src/files/raster-options.ts';
import { besideUrl, worldFileUrls } from '../../src/files/sidecars.ts';
import { readWorldFile } from '../../src/files/world-file.ts';
import { openRaster } from '../../src/open-raster.ts';
import { allSamples, withRaster } from '../fixture-files.ts';
import { gdalMetadata } from '../odd-files/recipe.ts';
import { cellsFile, cellsImage, placed, writeTiff } from '../odd-files/tiff-writer.ts';
import { rangeServer, sendRange } from '../range-server.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'catchment-sidecars-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const raster = cellsFile({ bands: [[[1, 2, 3]]] });
const unplaced = writeTiff([cellsImage({ bands: [[[1, 2, 3]]], tags: placed.slice(2) })]);
const flags = gdalMetadata('<Item name="INTERNAL_MASK_FLAGS_1">2</Item>');
const maskOf = (...shown: number[]) => writeTiff([cellsImage({ bands: [[shown]], bits: 1, tags: [flags] })]);
const pam = (content: string) => `<PAMDataset>${content}</PAMDataset>`;
const pamNodata = (value: number) => pam(`<PAMRasterBand band="1"><NoDataValue>${value}</NoDataValue></PAMRasterBand>`);
const world = '30\n0\n0\n-30\n1015\n1985\n';

function put(files: Readonly<Record<string, Uint8Array | string>>): string {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return join(folder, 'r.tif');
}

describe('the version of a raster', () => {
  it.each([
    ['.aux.xml', raster, 'r.tif.aux.xml', pamNodata(2), pamNodata(3)],
    ['.msk', raster, 'r.tif.msk', maskOf(1, 0, 1), maskOf(1, 1, 1)],
    ['a world file', unplaced, 'r.wld', world, world.replace('1015', '1016')],
  ])('changes when %s comes, changes and goes, and then is what it was', async (_, tif, name, before, after) => {
    const url = put({ 'r.tif': tif, ...(name === 'r.wld' && { 'r.tfw': world }) });
    const seen: string[] = [];
    const look = () =>
      withRaster({ url }, async ({ version, currentVersion }) => {
        expect(await currentVersion()).toBe(version);
        return version;
      });
    await withRaster({ url }, async (open) => {
      seen.push(open.version, await look());
      put({ [name]: before });
      seen.push(await open.currentVersion(), await look());
      put({ [name]: `${after}` === after ? `${after}\n\n` : after });
      seen.push(await open.currentVersion(), await look());
      unlinkSync(join(folder, name));
      seen.push(await open.currentVersion(), await look());
    });
    const [first, second, third] = [seen[0], seen[2], seen[4]];
    expect(seen).toEqual([first, first, second, second, third, third, first, first]);
    expect(new Set(seen).size).toBe(3);
  });

  it('has nothing of them where the opener does not want them, or they are something else', async () => {
    const url = put({ 'r.tif': raster });
    const alone = await withRaster({ url }, ({ version }) => version);
    put({ 'r.tif.aux.xml': '<html></html>', 'r.tif.msk': 'no mask', 'r.tfw': world });
    mkdirSync(join(folder, 'r.wld'));
    expect(await withRaster({ url }, ({ version }) => version)).toBe(alone);
    put({ 'r.tif.aux.xml': pamNodata(2), 'r.tif.msk': maskOf(1, 0, 1) });
    await withRaster({ url, sidecars: 'none' }, async (open) => {
      expect(open.version).toBe(alone);
      expect(await open.currentVersion()).toBe(alone);
      expect(open.nodata).toBe(undefined);
      expect(await allSamples(open)).toEqual([1, 2, 3]);
    });
  });
});

describe('a CRS beside a raster', () => {
  it.each([
    ['a code', 'EPSG:32632'],
    [
      'WKT',
      'PROJCS["x",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",9],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1],AUTHORITY["EPSG","32632"]]',
    ],
  ])('holds in place of the tags, as %s', async (_, srs) => {
    const written = `<SRS dataAxisToSRSAxisMapping="1,2">${srs.replaceAll('"', '&quot;')}</SRS>`;
    const esri = `<Metadata domain="xml:ESRI" format="xml"><GeodataXform><SpatialReference><WKT>${srs.replaceAll('"', '&quot;')}</WKT></SpatialReference></GeodataXform></Metadata>`;
    for (const content of srs.startsWith('EPSG') ? [written] : [written, esri]) {
      const url = put({ 'r.tif': raster, 'r.tif.aux.xml': pam(content) });
      await withRaster({ url }, ({ grid }) => expect(sameCrs(grid.crs, crsFromText('EPSG:32632'))).toBe(true));
      await withRaster({ url, crs: 'EPSG:32631' }, ({ grid }) => expect(grid.crs.name).toBe('EPSG:32631'));
    }
  });
});

describe('a damaged file beside a raster', () => {
  it.each([
    [{ 'r.tif.aux.xml': '<PAMDataset><PAMRasterBand' }, /cannot use .*r\.tif\.aux\.xml: it is not XML/],
    [
      { 'r.tif.aux.xml': pam('<GeoTransform>1, 2, 0</GeoTransform>') },
      /its <GeoTransform> is "1, 2, 0", expected six numbers/,
    ],
    [{ 'r.tif.msk': maskOf(1, 0) }, /its mask .*r\.tif\.msk is 2 × 1 cells large, expected 3 × 1$/],
    [{ 'r.tif.msk': maskOf(1, 0, 1).subarray(0, 40) }, /r\.tif\.msk is cut short or damaged/],
  ])('is told by its name: %#', async (files, sentence) => {
    const url = put({ 'r.tif': raster, ...files });
    const opening = openRaster({ name: 'soil', url });
    await expect(opening).rejects.toThrow(sentence);
    await expect(opening).rejects.toThrow(/^raster soil: /);
  });
});

describe('files beside a raster on a server', () => {
  const read = (options: Partial<RasterOptions> & { url: string }) =>
    withRaster({ sidecars: 'read', ...options }, async (open) => ({
      nodata: open.nodata,
      samples: await allSamples(open),
      version: open.version,
    }));

  it('are not asked for where it says by itself where it lies, unless the opener wants them', async () => {
    await using server = await rangeServer();
    const url = server.put('r.tif', raster);
    server.put('r.tif.aux.xml', Buffer.from(pamNodata(2)));
    const asked = async (options: Partial<RasterOptions>) => {
      const before = server.asked.length;
      const nodata = await withRaster({ url, ...options }, (open) => open.nodata);
      return [nodata, server.asked.length - before, server.missed.splice(0)];
    };
    expect(await asked({})).toEqual([undefined, 1, []]);
    expect(await asked({ sidecars: 'none' })).toEqual([undefined, 1, []]);
    expect(await asked({ sidecars: 'read' })).toEqual([2, 2, ['/r.tif.msk']]);
  });

  it.each([
    ['its place', unplaced, {}],
    ['its CRS', writeTiff([cellsImage({ bands: [[[1, 2, 3]]], tags: placed.slice(0, 2) })]), {}],
    ['its place to who knows the CRS', unplaced, { crs: 'EPSG:5070' }],
  ])('are asked for where it does not say %s', async (_, tif, options) => {
    await using server = await rangeServer();
    const url = server.put('r.tif', tif);
    const place = '<SRS>EPSG:5070</SRS><GeoTransform>1000,30,0,2000,0,-30</GeoTransform>';
    server.put('r.tif.aux.xml', Buffer.from(pam(place)));
    const { grid, files } = await withRaster({ url, ...options }, (open) => open);
    expect([grid.originX, files?.length]).toEqual([1000, 3]);
    await withRaster({ url, ...options }, async (open) => expect(await open.currentVersion()).toBe(open.version));
    await expect(openRaster({ name: 'soil', url, sidecars: 'none', ...options })).rejects.toThrow(
      /names no CRS|does not say where/,
    );
  });

  it('are looked for by a request each, at the same time as the raster', async () => {
    await using server = await rangeServer();
    const url = server.put('r.tif', raster);
    const release = server.hold();
    const opening = openRaster({ name: 'soil', url, sidecars: 'read' });
    await server.hasBeenAsked(1);
    while (server.missed.length < 2) await new Promise((resolve) => setImmediate(resolve));
    release();
    const open = await opening;
    expect([server.asked.length, server.missed.sort()]).toEqual([1, ['/r.tif.aux.xml', '/r.tif.msk']]);
    await allSamples(open);
    expect(await open.currentVersion()).toBe(open.version);
    expect([server.asked.length, server.missed.length]).toEqual([2, 4]);
    await open.close();
    await withRaster({ url, sidecars: 'none' }, () =>
      expect([server.asked.length, server.missed.length]).toEqual([3, 4]),
    );
  });

  it('are read, and small ones with that request', async () => {
    await using server = await rangeServer();
    const url = server.put('r.tif', raster);
    const { version: alone } = await read({ url });
    server.put('r.tif.aux.xml', Buffer.from(pamNodata(2)));
    const before = server.asked.length;
    const { nodata, version } = await read({ url });
    expect(nodata).toBe(2);
    expect(server.asked.length - before).toBe(2);
    server.put('r.tif.msk', maskOf(0, 1, 1));
    const { samples, ...masked } = await read({ url });
    expect(samples).toEqual([masked.nodata, 2, 3]);
    expect(new Set([alone, version, masked.version]).size).toBe(3);
  });

  it('that say where it lies are looked for only where it does not say so', async () => {
    await using server = await rangeServer();
    server.put('r.tifw', Buffer.from(world));
    await withRaster({ url: server.put('r.tif', unplaced) }, ({ grid }) => expect(grid.originX).toBe(1000));
    expect(server.missed.slice(2).sort()).toEqual(['/r.tfw', '/r.wld']);
  });

  it('are not looked for where the URL may be signed', async () => {
    await using server = await rangeServer();
    const url = `${server.put('r.tif', raster)}?signature=x`;
    await withRaster({ url, sidecars: 'read' }, () => expect(server.missed).toEqual([]));
  });

  it.each([401, 403, 404, 410])('are not there where it answers with status %s', async (status) => {
    await using server = await pages(status, '<html>no</html>');
    expect((await read(server)).samples).toEqual([1, 2, 3]);
  });

  it('are not there where it answers with a page in place of what it does not have', async () => {
    await using server = await pages(200, '<!doctype html><html><body><p>Welcome</p></body></html>');
    expect(await read(server)).toEqual({ nodata: undefined, samples: [1, 2, 3], version: '"v1"' });
  });

  it('must have a version, as the raster must', async () => {
    await using server = await pages(200, pamNodata(2));
    await expect(read(server)).rejects.toThrow(
      /cannot use .*r\.tif\.aux\.xml: its server sends neither an ETag nor a Last-Modified, .*: give the raster a version/,
    );
    expect((await read({ url: server.url, version: '2019' })).nodata).toBe(2);
  });

  it.each([500, 503])('say what leaves them out, where a server fails to tell of them: %i', async (status) => {
    await using server = await pages(status, 'busy');
    const network = openNetwork({ attempts: 1 });
    await expect(read({ url: server.url, network })).rejects.toThrow(
      new RegExp(
        `r\\.tif\\.(aux\\.xml|msk): its server answers with status ${status}, expected 206; sidecars: none in the catalog leaves out what lies beside a raster$`,
      ),
    );
  });

  it('refuse the raster where nobody can tell whether they are there', async () => {
    await using server = await pages(503, 'busy');
    const network = openNetwork({ attempts: 2, wait: async () => undefined });
    await expect(read({ url: server.url, network })).rejects.toThrow(
      /r\.tif\.(aux\.xml|msk): its server answers with status 503/,
    );
    expect((await read({ url: server.url, network, sidecars: 'none' })).samples).toEqual([1, 2, 3]);
  });

  /** A server that has the raster, and gives this answer to all other requests. */
  async function pages(status: number, page: string) {
    const server = createServer((request, response) => {
      if (request.url === '/r.tif') return sendRange(raster, { etag: '"v1"' })(request, response);
      response.writeHead(status, { 'content-length': Buffer.byteLength(page) }).end(page);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/r.tif`,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }
});

describe('the names of files beside a raster', () => {
  it.each([
    [
      '/data/r.tif',
      '/data/r.tif.msk',
      ['/data/r.tfw', '/data/r.TFW', '/data/r.tifw', '/data/r.TIFW', '/data/r.wld', '/data/r.WLD'],
    ],
    [
      '/data/r.tiff',
      '/data/r.tiff.msk',
      ['/data/r.tfw', '/data/r.TFW', '/data/r.tiffw', '/data/r.TIFFW', '/data/r.wld', '/data/r.WLD'],
    ],
    ['/da.ta/r', '/da.ta/r.msk', ['/da.ta/r.wld', '/da.ta/r.WLD']],
    [
      'https://host/r.tif',
      'https://host/r.tif.msk',
      ['https://host/r.tfw', 'https://host/r.tifw', 'https://host/r.wld'],
    ],
    ['https://host/r.tif?x=1', undefined, []],
    [
      's3://bucket/a/r.tif?region=x',
      's3://bucket/a/r.tif.msk?region=x',
      ['s3://bucket/a/r.tfw?region=x', 's3://bucket/a/r.tifw?region=x', 's3://bucket/a/r.wld?region=x'],
    ],
  ])('%s', (url, mask, worlds) => {
    expect(besideUrl(url, '.msk')).toBe(mask);
    expect(worldFileUrls(url)).toEqual(worlds);
  });
});

describe('the text of .aux.xml', () => {
  it('may have a byte order mark, a declaration and a comment', () => {
    const text = `\uFEFF<?xml version="1.0"?>\n<!-- by hand -->\n${pamNodata(5)}`;
    expect(isPam(text)).toBe(true);
    expect(readPam(text)?.bands.get(1)?.nodata).toBe('5');
  });
});

describe('the text of a world file', () => {
  it.each([
    ['2\n0\n0\n-3\n11\n22\n', [10, 2, 0, 23.5, 0, -3]],
    ['2,5\r\n0\r\n0\r\n-3\r\n\r\n11\r\n22', [9.75, 2.5, 0, 23.5, 0, -3]],
    ['2\n0.5\n0.25\n-3\n11\n22\nmore\n', [9.875, 2, 0.25, 23.25, 0.5, -3]],
    ['2\n0\n0\n-3\n11\n', undefined],
    ['0\n0\n0\n0\n11\n22\n', undefined],
    ['2 0 0 -3 11 22', undefined],
    ['two\n0\n0\n-3\n11\n22\n', undefined],
  ])('%j', (text, transform) => {
    expect(readWorldFile(text)).toEqual(transform);
  });
});
