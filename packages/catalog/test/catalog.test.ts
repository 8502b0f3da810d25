import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadCatalog } from '../src/catalog.ts';
import { colorOf, labelOf } from '../src/legend.ts';
import { folderWith, problemsOf } from './folder.ts';

const example = `
rasters:
  nlcd:
    title: Land cover
    url: nlcd.tif                # relative to this file
    version: "2019"
    nodata: 0
    aliases: [nlcd-2019-30m-epsg5070-512-uint8raw]
    legend:
      11: { label: Open Water, color: "#466b9f" }
      -0.5: Half a step down
  soil: { url: soil.tif, band: 2, nodata: none, crs: EPSG:5070, units: group }
operations:
  nlcd_soil: { title: Land cover by soil group, type: groupedCount, rasters: [nlcd, soil] }
areas:
  huc12: { title: Subwatersheds (HUC-12), source: wbd.gpkg, table: huc12, id: huc12, name: name }
`;
const files = { 'nlcd.tif': '', 'soil.tif': '', 'wbd.gpkg': '', 'areas.geojson': '' };

describe('a catalog', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['6h', 21_600_000],
    ['7d', 604_800_000],
  ])('turns a lifetime of %s into milliseconds', async (lifetime, lifetimeMilliseconds) => {
    const operation = `live: { type: groupedCount, rasters: [nlcd], lifetime: ${lifetime}, hardLimit: 30d, maxAge: 0s, staleWhileRevalidate: 5m }`;
    const catalog = `rasters: { nlcd: { url: nlcd.tif } }\noperations:\n  ${operation}`;
    await using folder = await folderWith({ ...files, 'catalog.yaml': catalog });
    expect((await loadCatalog(folder.at('catalog.yaml'))).operations.get('live')).toEqual({
      ...{ name: 'live', type: 'groupedCount', rasters: ['nlcd'] },
      ...{ lifetimeMilliseconds, hardLimitMilliseconds: 30 * 86_400_000 },
      ...{ maxAgeMilliseconds: 0, staleWhileRevalidateMilliseconds: 300_000 },
    });
  });

  it('has the absolute paths of all files of a raster, and patterns as they are', async () => {
    const catalog = `
rasters:
  land: { url: [nlcd.tif, "https://host/a.tif?b=c", soil.tif] }
  tiles: { url: "*.tif" }
  whole: { url: all.vrt }
operations: {}`;
    await using folder = await folderWith({ ...files, 'all.vrt': '', 'catalog.yaml': catalog });
    const { rasters } = await loadCatalog(folder.at('catalog.yaml'));
    expect(rasters.get('land')?.url).toEqual([folder.at('nlcd.tif'), 'https://host/a.tif?b=c', folder.at('soil.tif')]);
    expect(rasters.get('tiles')?.url).toBe(folder.at('*.tif'));
    expect(rasters.get('whole')?.url).toBe(folder.at('all.vrt'));
  });

  it('that is right is plain data with names, absolute paths and legends', async () => {
    await using folder = await folderWith({ ...files, 'catalog.yaml': example });
    const { places, ...catalog } = await loadCatalog(folder.at('catalog.yaml'));
    expect(catalog).toEqual({
      path: folder.at('catalog.yaml'),
      rasters: new Map<string, unknown>([
        [
          'nlcd',
          {
            name: 'nlcd',
            title: 'Land cover',
            url: folder.at('nlcd.tif'),
            version: '2019',
            nodata: 0,
            aliases: ['nlcd-2019-30m-epsg5070-512-uint8raw'],
            legend: new Map([
              [-0.5, { label: 'Half a step down' }],
              [11, { label: 'Open Water', color: '#466b9f' }],
            ]),
          },
        ],
        [
          'soil',
          {
            name: 'soil',
            url: folder.at('soil.tif'),
            band: 2,
            nodata: 'none',
            crs: 'EPSG:5070',
            units: 'group',
            aliases: [],
            legend: new Map(),
          },
        ],
      ]),
      operations: new Map([
        [
          'nlcd_soil',
          {
            name: 'nlcd_soil',
            title: 'Land cover by soil group',
            type: 'groupedCount',
            rasters: ['nlcd', 'soil'],
          },
        ],
      ]),
      areas: new Map([
        [
          'huc12',
          {
            name: 'huc12',
            title: 'Subwatersheds (HUC-12)',
            source: folder.at('wbd.gpkg'),
            table: 'huc12',
            id: 'huc12',
            nameProperty: 'name',
          },
        ],
      ]),
      lines: new Map(),
    });
    expect(places.get('operations.nlcd_soil.rasters.1')).toBe(14);
    expect([...(catalog.rasters.get('nlcd')?.legend.keys() ?? [])]).toEqual([-0.5, 11]);
    expect(structuredClone(catalog)).toEqual(catalog);
  });

  it('says what a value stands for', async () => {
    await using folder = await folderWith({ ...files, 'catalog.yaml': example });
    const nlcd = (await loadCatalog(folder.at('catalog.yaml'))).rasters.get('nlcd');
    if (nlcd === undefined) throw new Error('nlcd is missing');
    const values = [11, -0.5, 12, null];
    expect(values.map((value) => labelOf(nlcd, value))).toEqual([
      'Open Water',
      'Half a step down',
      undefined,
      'no data',
    ]);
    expect(values.map((value) => colorOf(nlcd, value))).toEqual(['#466b9f', undefined, undefined, undefined]);
  });

  it('may be JSON, and name files by path, file:// and http(s)://', async () => {
    await using folder = await folderWith(files);
    const local = folder.at('nlcd.tif');
    const remote = ['http://localhost:1/nlcd.tif', 'HTTPS://example.org/x y.tif?z=1'];
    const urls = ['./nlcd.tif', local, pathToFileURL(local).href, ...remote];
    const rasters = Object.fromEntries(urls.map((url, index) => [`r${index}`, { url, legend: { '11': 'Water' } }]));
    await writeFile(folder.at('catalog.json'), JSON.stringify({ rasters, operations: {} }, undefined, '\t'));
    const catalog = await loadCatalog(folder.at('catalog.json'));
    expect([...catalog.rasters.values()].map(({ url }) => url)).toEqual([local, local, local, ...remote]);
    expect(catalog.rasters.get('r0')?.legend.get(11)).toEqual({ label: 'Water' });
    expect(catalog.areas.size).toBe(0);
  });

  it('may use the names of members that every object has, and anchors', async () => {
    await using folder = await folderWith({
      ...files,
      'catalog.yaml': `
rasters: { constructor: &nlcd { url: nlcd.tif }, tostring: *nlcd }
operations: { valueof: { type: groupedCount, rasters: [constructor, tostring] } }
`,
    });
    const { rasters, operations } = await loadCatalog(folder.at('catalog.yaml'));
    expect([...rasters.keys()]).toEqual(['constructor', 'tostring']);
    expect(rasters.get('tostring')?.url).toBe(folder.at('nlcd.tif'));
    expect(operations.get('valueof')?.rasters).toEqual(['constructor', 'tostring']);
  });

  it('that cannot be read is refused', async () => {
    await using folder = await folderWith({});
    expect(await problemsOf(loadCatalog(folder.at('catalog.yaml')), folder.path)).toEqual([
      'catalog.yaml: there is no such file',
    ]);
    const [problem] = await problemsOf(loadCatalog(folder.path), resolve(folder.path, '..'));
    expect(problem).toMatch(/^catalog-\w+: cannot be read: EISDIR/);
  });
});
