import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CatalogFile, catalogText, loadCatalog } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-catalog-text-'));
afterAll(() => rmSync(folder, { recursive: true }));

const quantiles = [0.1, 0.5];
const file: CatalogFile = {
  rasters: {
    cover: {
      title: 'Land cover: "all"',
      url: 's3://bucket/cover.tif',
      legend: { '11': { label: 'Water', color: '#466b9f' }, '-1.5': 'Other', '2': 'Shrub' },
    },
    height: { url: 'https://example.org/height.tif' },
  },
  operations: {
    cover: { title: 'Cover', type: 'groupedCount', rasters: ['cover'] },
    one: { type: 'statistics', rasters: ['height'], quantiles },
    two: { type: 'statistics', rasters: ['height'], quantiles },
  },
  areas: { 'huc-12': { source: '/nowhere/huc12.gpkg', id: 'huc12', name: 'name' } },
};

it('is read back as it was', async () => {
  const path = join(folder, 'catalog.yaml');
  writeFileSync(path, await catalogText(file, ' Made for a test'));
  const catalog = await loadCatalog(path, { withoutFiles: true });
  expect([...(catalog.rasters.get('cover')?.legend ?? [])]).toEqual([
    [-1.5, { label: 'Other' }],
    [2, { label: 'Shrub' }],
    [11, { label: 'Water', color: '#466b9f' }],
  ]);
  expect(catalog.rasters.get('cover')).toMatchObject({ title: 'Land cover: "all"', url: 's3://bucket/cover.tif' });
  expect(catalog.operations.get('two')).toMatchObject({ quantiles });
  expect(catalog.areas.get('huc-12')).toMatchObject({ id: 'huc12', nameProperty: 'name' });
});

it('looks as if people had written it', async () => {
  const lines = (await catalogText(file, ' Made for a test')).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '# Made for a test',
      '      11: { label: Water, color: "#466b9f" }',
      '      2: Shrub',
      '    rasters: [ cover ]',
      '    quantiles: [ 0.1, 0.5 ]',
    ]),
  );
});
