import type { Catalog } from '@cellshed/catalog';
import { type OperationChoice, resolveOperation } from '@cellshed/operations';

const catalog = {
  rasters: new Map(['a', 'b'].map((name) => [name, { name, aliases: [`${name}_alias`] }])),
  operations: new Map(
    [
      { name: 'count', type: 'groupedCount', rasters: ['a'] },
      { name: 'areas', type: 'groupedCount', rasters: ['a'], cellAreas: true },
      { name: 'figures', type: 'statistics', rasters: ['a'], quantiles: [0.5] },
    ].map((one) => [one.name, one]),
  ),
} as unknown as Pick<Catalog, 'operations' | 'rasters'>;

const resolved = (operation: string, choice: Omit<OperationChoice, 'operation'>) =>
  resolveOperation({ operation, ...choice }, catalog);

it.each<[string, Omit<OperationChoice, 'operation'>]>([
  ['count', {}],
  ['count', { choices: { cellAreas: false } }],
  ['count', { choices: { cellAreas: undefined } }],
  ['count', { rasters: { a: 'a' } }],
  ['count', { rasters: { a: 'a_alias' } }],
  ['areas', { choices: { cellAreas: true } }],
  ['figures', { choices: { quantiles: [0.5] } }],
])('a choice of what the operation has anyway is no choice: %s %j', (operation, choice) => {
  expect(resolved(operation, choice)).toEqual({ operation, coverage: 'centre' });
});

it.each<[string, Omit<OperationChoice, 'operation'>, object]>([
  ['count', { choices: { cellAreas: true } }, { cellAreas: true }],
  ['areas', { choices: { cellAreas: false } }, { cellAreas: false }],
  ['count', { rasters: { a: 'b' } }, { rasters: ['b'] }],
  ['figures', { choices: { quantiles: [0.5, 0.9] } }, { quantiles: [0.5, 0.9] }],
])('any other is told in the definition: %s %j', (operation, choice, members) => {
  expect(resolved(operation, choice)).toMatchObject({ definition: members });
});
