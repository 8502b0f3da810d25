import type { Catalog } from '@cellshed/catalog';
import type { Definition } from '@cellshed/contracts';
import { MisalignedRastersError } from '@cellshed/raster';
import { digits, rasterOf } from '../../raster/test/pictures.ts';
import { openKnownOperations } from '../src/known-operations.ts';

const definition: Definition = { type: 'groupedCount', rasters: ['a', 'b'] };
const catalog = {
  operations: new Map([['known', { name: 'known', ...definition }]]),
  rasters: new Map(),
} as unknown as Catalog;
const asked = { coverage: 'centre', table: '1', lines: { source: null } } as const;

function openWith(version: string, right = 0) {
  const of = (name: string, at: [number, number]) => ({ ...rasterOf({ name, rows: digits('12'), at }), version });
  return new Map([of('a', [0, 0]), of('b', [right, 0])].map((raster) => [raster.name, raster]));
}

it('an operation is remembered while the versions of its rasters are the same', () => {
  const operationOf = openKnownOperations(catalog);
  const one = operationOf({ operation: 'known' }, openWith('1'));
  expect(operationOf({ operation: 'known' }, openWith('1'))).toBe(one);
  expect(operationOf({ operation: 'known' }, openWith('2'))).not.toBe(one);
  expect(operationOf({ operation: 'known', definition }, openWith('1'))).not.toBe(one);
});

it('a fingerprint is that of an operation that nothing is remembered of, whatever was asked before', () => {
  const operationOf = openKnownOperations(catalog);
  const all = ['1', '2', '1'].flatMap((version) =>
    [
      asked,
      { ...asked, coverage: 'touched' } as const,
      { ...asked, table: '2' },
      { ...asked, table: null },
      { ...asked, lines: { source: 'x' } },
      { ...asked, lines: { source: 'drawn x' } },
      { ...asked, lines: { drawn: 'x' } },
      asked,
    ].map((rest) => {
      const found = operationOf({ operation: 'known' }, openWith(version)).fingerprint(rest);
      expect(openKnownOperations(catalog)({ operation: 'known' }, openWith(version)).fingerprint(rest)).toBe(found);
      return found;
    }),
  );
  expect(new Set(all).size).toBe(14);
});

it('rasters that a client chose and that do not align are refused each time; those of the catalog throw', () => {
  const operationOf = openKnownOperations(catalog);
  const open = openWith('1', 0.5);
  for (let times = 0; times < 2; times++) {
    expect(operationOf({ operation: 'known', definition }, open).refusal).toMatchObject({ path: 'rasters' });
    expect(() => operationOf({ operation: 'known' }, open)).toThrow(MisalignedRastersError);
  }
});
