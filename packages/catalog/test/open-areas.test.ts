import { randomUUID } from 'node:crypto';
import { copyFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { postgisForTests } from '@cellshed/local-services';
import pg from 'pg';
import { loadCatalog } from '../src/catalog.ts';
import { type AreasOptions, openAreas } from '../src/open-areas.ts';
import { folderWith, problemsOf, squareAt } from './folder.ts';

/** A folder with a catalog, and a table of one area. */
async function catalogFolder(yaml: string) {
  const folder = await folderWith({ 'catalog.yaml': yaml, 'areas.geojson': squareAt(-75) });
  return { ...folder, catalog: () => loadCatalog(folder.at('catalog.yaml')) };
}

describe('the area tables of a catalog', () => {
  const tables = 'rasters: {}\noperations: {}\nareas:\n  squares: { source: areas.geojson, id: code, name: label }\n';

  it('are lent by name, and opened anew when they are replaced', async () => {
    await using folder = await catalogFolder(tables);
    const open = await openAreas(await folder.catalog());
    const area = () => open.use('squares', (table) => table.get('01'));
    expect(await area()).toMatchObject({ id: '01', name: 'Square' });
    expect((await area())?.polygons[0]?.[0]?.[0]).toEqual([-75, 40]);
    await writeFile(folder.at('new.geojson'), squareAt(-120));
    await rename(folder.at('new.geojson'), folder.at('areas.geojson'));
    expect((await area())?.polygons[0]?.[0]?.[0]).toEqual([-120, 40]);
    await expect(open.use('constructor', async () => 0)).rejects.toThrow(
      'the catalog has no "constructor"; expected one of squares',
    );
    await open.close();
    await expect(area()).rejects.toThrow('squares is closed');
  });

  it('are opened anew in another way, where there is one, and only then', async () => {
    await using folder = await catalogFolder(tables);
    const reopened: string[] = [];
    const reopen: AreasOptions['reopen'] = async ({ name }, open) => {
      reopened.push(name);
      return { ...(await open()), has: async () => false };
    };
    const open = await openAreas(await folder.catalog(), { reopen });
    const has = () => open.use('squares', (table) => table.has('01'));
    expect([await has(), reopened]).toEqual([true, []]);
    await writeFile(folder.at('areas.geojson'), squareAt(-120));
    expect([await has(), await has(), reopened]).toEqual([false, false, ['squares']]);
    await open.close();
  });

  it('are refused with everything that is wrong in one message', async () => {
    await using folder = await catalogFolder(
      `${tables}  ids: { source: areas.geojson, id: huc }\n  raster: { source: nlcd.gpkg, table: nlcd, id: id }\n`,
    );
    await copyFile(join(import.meta.dirname, 'fixtures/nlcd.tif'), folder.at('nlcd.gpkg'));
    expect(await problemsOf(folder.catalog().then(openAreas), folder.path)).toEqual([
      expect.stringMatching(/^catalog.yaml:5: areas.ids: .*huc/),
      expect.stringMatching(/^catalog.yaml:6: areas.raster: .*not a database/),
    ]);
  });

  it('of a database are opened anew as soon as an area is asked for that has changed', async () => {
    const { url, stop } = await postgisForTests();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const schema = `catalog_${randomUUID().replaceAll('-', '')}`;
    const square = (west: number) => `ST_MakeEnvelope(${west}, 40, ${west} + 1, 41, 4326)`;
    await client.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.squares (code text, geom geometry, geom_detailed geometry);
      INSERT INTO ${schema}.squares VALUES ('01', ${square(-75)}), ('02', ${square(-76)})`);
    await using folder = await catalogFolder(
      `rasters: {}\noperations: {}\nareas:\n  squares: { source: "${url}", table: ${schema}.squares, id: code, geometry: geom }\n`,
    );
    const open = await openAreas(await folder.catalog());
    const seen = (id: string) =>
      open.use('squares', async (table) => ({
        corner: (await table.get(id))?.polygons[0]?.[0]?.[0],
        version: table.version,
      }));
    const before = await seen('01');
    expect(before.corner).toEqual([-75, 40]);
    await client.query(`UPDATE ${schema}.squares SET geom = ${square(-120)} WHERE code = '01'`);
    expect(await seen('02')).toEqual({ corner: [-76, 40], version: before.version });
    const after = await seen('01');
    expect(after.corner).toEqual([-120, 40]);
    expect(after.version).not.toBe(before.version);
    expect((await seen('02')).version).toBe(after.version);
    await open.close();
    await client.query(`DROP SCHEMA ${schema} CASCADE`);
    await client.end();
    await stop();
  });

  it('tell what an operator should know of them', async () => {
    const source = join(import.meta.dirname, '../../areas/test/fixtures/basins.gpkg');
    const tables = ['unnamed_crs', 'wgs84'].map(
      (table) => `  ${table}: { source: "${source}", table: ${table}, id: code }\n`,
    );
    await using folder = await catalogFolder(`rasters: {}\noperations: {}\nareas:\n${tables.join('')}`);
    const open = await openAreas(await folder.catalog());
    expect(open.notes).toEqual([
      'area table unnamed_crs: table unnamed_crs names no CRS: taken as longitude and latitude',
    ]);
    await open.close();
  });
});
