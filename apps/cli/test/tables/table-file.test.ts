import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CatalogAreaTable, loadCatalog } from '@cellshed/catalog';
import { writeConstantRaster } from '../../../../test/constant-raster.ts';
import { areaSource, type PolygonFileOptions, tableAreas } from '../../src/tables/table-areas.ts';
import { checkOut } from '../../src/tables/table-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-table-file-'));
const file = (name: string) => join(folder, name);

beforeAll(() => {
  for (const name of ['fields.gpkg', 'basins.geojson', 'streams.geojson', 'old.gpkg']) writeFileSync(file(name), name);
  linkSync(file('fields.gpkg'), file('linked.gpkg'));
  symlinkSync(file('fields.gpkg'), file('pointed.gpkg'));
  writeConstantRaster(file('a.tif'), { across: 1, down: 1, originX: 0, originY: 0, value: 1 });
  writeFileSync(
    file('catalog.yaml'),
    'rasters: { a: { url: a.tif } }\noperations: { a: { type: groupedCount, rasters: [a] } }\n' +
      'areas: { basins: { source: basins.geojson, id: id }, stored: { source: "postgresql://db/gis", table: t, id: id } }\n' +
      'lines: { streams: { source: streams.geojson } }\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

async function outcome(areas: string, out: string, overwrite: boolean): Promise<string> {
  const { files } = tableAreas(areas, {}, await loadCatalog(file('catalog.yaml')));
  return checkOut(file(out), { overwrite, inputs: files }).then(
    () => 'fine',
    (error: Error) => error.message,
  );
}

describe('the file of a table', () => {
  it.each(['fields.gpkg', 'linked.gpkg', 'pointed.gpkg', 'basins.geojson', 'streams.geojson'])(
    'is never an input, as %s is',
    async (out) => {
      const refused = `--out is ${file(out)}, which is a file that areas or lines are read from: give another name`;
      expect(await outcome(file('fields.gpkg'), out, true)).toBe(refused);
      expect(await outcome(file('fields.gpkg'), out, false)).toBe(refused);
    },
  );

  it('is not the file of an area table of the catalog', async () => {
    expect(await outcome('basins', 'basins.geojson', true)).toMatch(
      'which is a file that areas or lines are read from',
    );
  });

  it('replaces another file only when told to', async () => {
    expect(await outcome(file('fields.gpkg'), 'old.gpkg', true)).toBe('fine');
    expect(await outcome(file('fields.gpkg'), 'old.gpkg', false)).toMatch('old.gpkg is there: --overwrite replaces it');
    expect(await outcome(file('fields.gpkg'), 'new.gpkg', false)).toBe('fine');
  });
});

describe('the source of areas', () => {
  it('is the part of a file', async () => {
    const catalog = await loadCatalog(file('catalog.yaml'));
    const sourceOf = (options: PolygonFileOptions) => {
      const found = tableAreas(file('fields.gpkg'), options, catalog);
      return areaSource(found.catalog.areas.get(found.table) as CatalogAreaTable);
    };
    const source = file('fields.gpkg');
    expect(sourceOf({})).toEqual({ source, layer: null, idFrom: 'fid', nameFrom: null });
    const options = { layer: 'north', idFrom: 'code', nameFrom: 'title' };
    expect(sourceOf(options)).toEqual({ source, ...options });
  });

  it('does not tell the password of a database', () => {
    const table = { name: 't', source: 'postgresql://gis:secret@db/gis?sslmode=require', table: 'huc', id: 'code' };
    const source = 'postgresql://gis@db/gis';
    expect(areaSource(table)).toEqual({ source, layer: 'huc', idFrom: 'code', nameFrom: null });
    expect(areaSource({ ...table, source: 'postgresql://gis:sec@ret@db/a@b' }).source).toBeNull();
  });
});
