import {
  type Definition,
  lineSourceOf,
  needsLines,
  rastersByRole,
  rastersOf,
  renameRasters,
  withoutNames,
  withRasters,
} from '../src/index.ts';

const statistics: Definition = { type: 'statistics', rasters: ['dem'], weights: 'people', quantiles: [0.5] };
const average: Definition = { type: 'groupedAverage', rasters: ['nlcd', 'soil'], target: 'slope' };
const join: Definition = { type: 'linesJoin', rasters: ['nlcd'], lines: 'streams' };

it('the rasters of a definition are its list, then those with roles', () => {
  expect([statistics, average, join].map(rastersOf)).toEqual([['dem', 'people'], ['nlcd', 'soil', 'slope'], ['nlcd']]);
  expect([statistics, average, join].map(rastersByRole)).toEqual([{ weights: 'people' }, { target: 'slope' }, {}]);
});

it('other rasters take the places of all, in the same order, where there are as many', () => {
  expect(withRasters(statistics, ['a', 'b'])).toEqual({ ...statistics, rasters: ['a'], weights: 'b' });
  expect(withRasters(average, ['a', 'b', 'c'])).toEqual({ ...average, rasters: ['a', 'b'], target: 'c' });
  expect(withRasters(average, ['a', 'b'])).toBeUndefined();
  expect(renameRasters(join, (name) => `${name}_2040`)).toEqual({ ...join, rasters: ['nlcd_2040'] });
});

it('a definition without names says what is computed, not of what', () => {
  expect([statistics, average, join].map(withoutNames)).toEqual([
    { type: 'statistics', quantiles: [0.5] },
    { type: 'groupedAverage' },
    { type: 'linesJoin' },
  ]);
});

it('lines come with a request exactly where the type needs them and the definition names no source', () => {
  const { lines: _, ...open } = join;
  expect([statistics, join, open].map(needsLines)).toEqual([false, false, true]);
  expect([statistics, join, open].map(lineSourceOf)).toEqual([undefined, 'streams', undefined]);
});
