import { copyFile, readdir, readFile, readlink, rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Raster } from '@cellshed/raster';
import { variedRaster } from '../../../test/varied-raster.ts';
import { startS3 } from '../../cache/test/s3-server.ts';
import { loadCatalog } from '../src/catalog.ts';
import { type OpenRasters, openRasters } from '../src/open-rasters.ts';
import { folderWith, problemsOf, squareAt } from './folder.ts';
import { serveFile } from './web-file.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const rasters = `
rasters:
  nlcd: { url: nlcd.tif }
  soil: { url: soil.tif, version: "2019", nodata: none }
operations:
  nlcd_soil: { type: groupedCount, rasters: [nlcd, soil] }
`;

/** A folder with a catalog, the rasters of the fixtures and a table of one area. */
async function catalogFolder(yaml: string) {
  const folder = await folderWith({ 'catalog.yaml': yaml, 'areas.geojson': squareAt(-75) });
  for (const name of ['nlcd.tif', 'soil.tif', 'shifted.tif']) await copyFile(join(fixtures, name), folder.at(name));
  return { ...folder, catalog: () => loadCatalog(folder.at('catalog.yaml')) };
}

/**
 * Puts a fixture in place of a file, as one does: at once, under the same name; `second` is when it
 * was written.
 */
async function replaceBy(fixture: string, path: string, second: number) {
  await copyFile(join(fixtures, fixture), `${path}.new`);
  await utimes(`${path}.new`, second, second);
  await rename(`${path}.new`, path);
}

async function firstValues(raster: Raster) {
  return [...((await raster.readTile(0, 0)) ?? [])].slice(0, 4).join(' ');
}

/** The files below `folder` that this process has open; Linux tells, elsewhere there are none. */
async function openFilesIn(folder: string): Promise<string[]> {
  const numbers = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(numbers.map((number) => readlink(`/proc/self/fd/${number}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length + 1));
}

describe('the rasters of a catalog', () => {
  it('are lent in the order asked', async () => {
    await using folder = await catalogFolder(rasters);
    const open = await openRasters(await folder.catalog());
    await open.use(['soil', 'nlcd'], async ([soil, nlcd]) => {
      if (soil === undefined || nlcd === undefined) throw new Error('a raster is missing');
      expect([soil.name, soil.version, soil.nodata]).toEqual(['soil', '2019', undefined]);
      expect([nlcd.name, nlcd.nodata]).toEqual(['nlcd', 0]);
      expect([await firstValues(soil), await firstValues(nlcd)]).toEqual(['1 2 3 4', '11 11 21 21']);
    });
    await expect(open.use(['nlcd', 'constructor'], async () => 0)).rejects.toThrow(
      'the catalog has no "constructor"; expected one of nlcd, soil',
    );
    await open.close();
    expect(await openFilesIn(folder.path)).toEqual([]);
  });

  it('are refused with everything that is wrong in one message, and then none stays open', async () => {
    await using folder = await catalogFolder(`
rasters:
  nlcd: { url: nlcd.tif }
  text: { url: catalog.yaml }
  second: { url: nlcd.tif, band: 2 }
  shifted: { url: shifted.tif }
operations:
  wrong: { type: groupedCount, rasters: [nlcd, shifted, text] }
`);
    const problems = await problemsOf(folder.catalog().then(openRasters), folder.path);
    expect(problems).toEqual([
      expect.stringMatching(/^catalog.yaml:4: rasters.text: .*catalog.yaml.* TIFF/),
      expect.stringMatching(/^catalog.yaml:5: rasters.second: .*band 2/),
      expect.stringMatching(
        /^catalog.yaml:8: operations.wrong.rasters: .*\(1000000, 2000000\).*\(1000000.01, 2000000\)/,
      ),
    ]);
    expect(await openFilesIn(folder.path)).toEqual([]);
  });

  it('that are made of files are refused with everything that is wrong with each of them', async () => {
    await using folder = await catalogFolder(`
rasters:
  land: { url: [nlcd.tif, shifted.tif, catalog.yaml, areas.geojson] }
operations: {}
`);
    const problems = await problemsOf(folder.catalog().then(openRasters), folder.path);
    expect(problems).toEqual([
      'catalog.yaml:3: rasters.land: raster land: catalog.yaml is not a TIFF',
      'catalog.yaml:3: rasters.land: raster land: areas.geojson is not a TIFF',
    ]);
    await using other = await catalogFolder('rasters: { land: { url: "*d.tif" } }\noperations: {}\n');
    await rename(other.at('soil.tif'), other.at('wood.tif'));
    await copyFile(join(fixtures, 'nlcd.tif'), other.at('land.tif'));
    expect(await problemsOf(other.catalog().then(openRasters), other.path)).toEqual([
      expect.stringMatching(
        /^catalog.yaml:1: rasters.land: raster land: cannot use shifted.tif: its cells do not coincide with those of land.tif: it has/,
      ),
    ]);
    expect(await openFilesIn(folder.path)).toEqual([]);
    expect(await openFilesIn(other.path)).toEqual([]);
  });

  it('that are made of files are opened anew when one is replaced, and when one comes', async () => {
    await using folder = await catalogFolder('rasters: { land: { url: "nlcd*.tif" } }\noperations: {}\n');
    const open = await openRasters(await folder.catalog());
    const seen = () =>
      open.use(['land'], async ([land]) => land && { values: await firstValues(land), of: land.version });
    const first = await seen();
    expect(first?.values).toBe('11 11 21 21');
    await replaceBy('nlcd-later.tif', folder.at('nlcd.tif'), 1);
    const second = await seen();
    expect(second?.values).toBe('12 12 12 12');
    await copyFile(join(fixtures, 'nlcd.tif'), folder.at('nlcd-2.tif'));
    const third = await seen();
    // It lies beneath: by their names, - comes before the point.
    expect(third?.values).toBe('12 12 12 12');
    expect(new Set([first?.of, second?.of, third?.of]).size).toBe(3);
    await open.close();
    expect(await openFilesIn(folder.path)).toEqual([]);
  });

  it('are not opened when the signal says so', async () => {
    await using folder = await catalogFolder(rasters);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(openRasters(await folder.catalog(), { signal })).rejects.toBe(signal.reason);
    expect(await openFilesIn(folder.path)).toEqual([]);
  });

  it('whose file is replaced under load are the old or the new one whole, and the new one from then on', async () => {
    await using folder = await catalogFolder(rasters);
    const open = await openRasters(await folder.catalog());
    const seen = new Set<string>();
    const values = () =>
      open.use(['nlcd', 'soil'], async ([nlcd, soil]) => {
        if (nlcd === undefined || soil === undefined) throw new Error('a raster is missing');
        const before = await firstValues(nlcd);
        await firstValues(soil);
        expect(await firstValues(nlcd)).toBe(before);
        return before;
      });
    let replacing = true;
    const askers = Array.from({ length: 8 }, async () => {
      while (replacing) {
        seen.add(await values());
        // Small local files are read without a turn of the event loop, which the replacing needs.
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    for (let turn = 0; turn < 20; turn += 1) {
      await replaceBy('nlcd-later.tif', folder.at('nlcd.tif'), 2 * turn);
      expect(await values()).toBe('12 12 12 12');
      await replaceBy('nlcd.tif', folder.at('nlcd.tif'), 2 * turn + 1);
      expect(await values()).toBe('11 11 21 21');
    }
    replacing = false;
    await Promise.all(askers);
    expect([...seen].sort()).toEqual(['11 11 21 21', '12 12 12 12']);
    expect((await openFilesIn(folder.path)).length).toBeLessThanOrEqual(2);
    await open.close();
    expect(await openFilesIn(folder.path)).toEqual([]);
  });

  it('have their decoded tiles kept where there is room, but not those of a file that was replaced', async () => {
    await using folder = await catalogFolder(rasters);
    const open = await openRasters(await folder.catalog(), { tileCacheBytes: 2 ** 20 });
    const tile = (name: string) => open.use([name], async ([raster]) => raster?.tileCache?.lend(raster, 0, 0));
    const [nlcd, soil] = [await tile('nlcd'), await tile('soil')];
    expect((await tile('nlcd'))?.samples).toBe(nlcd?.samples);
    await replaceBy('nlcd-later.tif', folder.at('nlcd.tif'), 1);
    expect((await tile('nlcd'))?.samples?.[0]).toBe(12);
    expect((await tile('soil'))?.samples).toBe(soil?.samples);
    await open.close();
    const without = await openRasters(await folder.catalog());
    expect(await without.use(['nlcd'], async ([raster]) => raster?.tileCache)).toBeUndefined();
    await without.close();
  });
});

describe('a raster on the web', () => {
  it('is asked whether it was replaced when the time to is over, and then opened anew', async () => {
    await using web = await serveFile(await readFile(join(fixtures, 'nlcd.tif')));
    await using folder = await catalogFolder(`rasters: { nlcd: { url: "${web.url}" } }\noperations: {}\n`);
    let time = 0;
    const open = await openRasters(await folder.catalog(), { recheckMilliseconds: 100, now: () => time });
    const version = () => open.use(['nlcd'], async ([nlcd]) => nlcd?.version);
    const first = await version();
    web.replace(await readFile(join(fixtures, 'nlcd-later.tif')));
    const before = web.requests();
    time = 99;
    expect(await version()).toBe(first);
    expect(web.requests()).toBe(before);
    time = 100;
    expect(await version()).not.toBe(first);
    expect(await open.use(['nlcd'], async ([nlcd]) => nlcd && firstValues(nlcd))).toBe('12 12 12 12');
    await open.close();
  });
});

describe('rasters on servers', () => {
  const large = variedRaster({ across: 4, down: 4, side: 128, valueAt: (column, row) => (column + row) % 9 });
  const lastTile = async (open: OpenRasters) =>
    open.use(['nlcd'], async ([nlcd]) => [...((await nlcd?.readTile(3, 3)) ?? [])]);

  it('have their tiles kept in a folder, where there is one, for whoever opens them next', async () => {
    await using web = await serveFile(large);
    await using folder = await catalogFolder(`rasters: { nlcd: { url: "${web.url}" } }\noperations: {}\n`);
    const rasterCache = { folder: folder.at('cache'), mostBytes: 2 ** 24 };
    const asked: number[] = [];
    for (const options of [{}, { rasterCache }, { rasterCache }, {}]) {
      const before = web.requests();
      const open = await openRasters(await folder.catalog(), options);
      expect((await lastTile(open)).slice(0, 2)).toEqual([(2 * 384) % 9, (2 * 384 + 1) % 9]);
      await open.close();
      asked.push(web.requests() - before);
    }
    expect(asked).toEqual([2, 2, 1, 2]);
  });

  it('need a folder that can be used; local ones do not', async () => {
    await using web = await serveFile(large);
    const options = { rasterCache: { folder: '/dev/null/cache', mostBytes: 2 ** 24 } };
    await using far = await catalogFolder(`rasters: { nlcd: { url: "${web.url}" } }\noperations: {}\n`);
    await expect(openRasters(await far.catalog(), options)).rejects.toThrow(
      /^the raster cache in \/dev\/null\/cache cannot be opened: ENOTDIR/,
    );
    await using near = await catalogFolder(rasters);
    await (await openRasters(await near.catalog(), options)).close();
  });

  it('lie in S3-compatible services, too, and are asked for their version now and then', async () => {
    const s3 = await startS3('rasters');
    const client = new S3Client({ endpoint: s3.endpoint, region: 'us-east-1', forcePathStyle: true });
    const put = async (fixture: string) =>
      client.send(
        new PutObjectCommand({ Bucket: 'rasters', Key: 'nlcd.tif', Body: await readFile(join(fixtures, fixture)) }),
      );
    await put('nlcd.tif');
    const url = `s3://rasters/nlcd.tif?endpoint=${s3.endpoint}&pathStyle=true`;
    await using folder = await catalogFolder(`rasters: { nlcd: { url: "${url}" } }\noperations: {}\n`);
    let time = 0;
    const open = await openRasters(await folder.catalog(), { recheckMilliseconds: 100, now: () => time });
    const values = () => open.use(['nlcd'], async ([nlcd]) => nlcd && firstValues(nlcd));
    expect(await values()).toBe('11 11 21 21');
    await put('nlcd-later.tif');
    time = 99;
    expect(await values()).toBe('11 11 21 21');
    time = 100;
    expect(await values()).toBe('12 12 12 12');
    await open.close();
    client.destroy();
    await s3.stop();
  });
});
