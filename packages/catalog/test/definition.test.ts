import { rastersOf, renameRasters } from '@cellshed/contracts';
import { choicesOf, definitionOf, everyRasterOf } from '../src/definition.ts';
import type { CatalogOperation } from '../src/entries.ts';

const normals: CatalogOperation = {
  name: 'normals',
  title: 'Climate normals',
  type: 'groupedAverage',
  rasters: ['nlcd'],
  target: 'tmean_{month}_{period}',
  ...{ lifetimeMilliseconds: 1000, maxAgeMilliseconds: 1000, staleWhileRevalidateMilliseconds: 1000 },
  parameters: { month: { values: ['01', '02'] }, period: { values: ['a', 'b'], default: 'b' } },
};

describe('the definition of an operation', () => {
  it('is what it computes, with its parameters filled in', () => {
    const definition = definitionOf(normals, { month: '02', period: 'a' });
    expect(definition).toEqual({ type: 'groupedAverage', rasters: ['nlcd'], target: 'tmean_02_a' });
    expect(rastersOf(definition)).toEqual(['nlcd', 'tmean_02_a']);
  });

  it('of a count of many areas is that of each', () => {
    expect(definitionOf({ name: 'a', type: 'groupedCount', isMany: true, rasters: ['b'] })).toEqual({
      type: 'groupedCount',
      rasters: ['b'],
    });
  });

  it('names every raster that any choice of its parameters may mean, once', () => {
    expect([...choicesOf(normals)]).toHaveLength(4);
    expect(everyRasterOf(normals)).toEqual(['nlcd', 'tmean_01_a', 'tmean_01_b', 'tmean_02_a', 'tmean_02_b']);
    expect([...choicesOf({})]).toEqual([{}]);
  });

  it('can have its rasters renamed, in whatever part they play', () => {
    const statistics = { type: 'statistics' as const, rasters: ['dem'], weights: 'people' };
    expect(renameRasters(statistics, (name) => `${name}_2`)).toEqual({
      type: 'statistics',
      rasters: ['dem_2'],
      weights: 'people_2',
    });
  });
});
