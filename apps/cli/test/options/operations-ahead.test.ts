import type { Catalog } from '@cellshed/catalog';
import { operationsAhead } from '@cellshed/operations';
import { Command, CommanderError } from 'commander';
import { operationsAsked } from '../../src/options/asked-options.ts';

const raster = (name: string) => [name, { name, url: '', aliases: [], legend: new Map() }] as const;
const months = { month: { values: ['01', '02'], default: '01' } };
const all = [
  { name: 'count', type: 'groupedCount', rasters: ['nlcd'] },
  { name: 'rain', type: 'groupedAverage', rasters: ['nlcd'], target: 'rain_{month}', parameters: months },
  { name: 'along', type: 'linesJoin', rasters: ['nlcd'], lines: 'streams' },
  { name: 'drawn', type: 'linesJoin', rasters: ['nlcd'] },
  { name: 'twice', type: 'summary', rasters: ['rain_{month}', 'rain_01'], parameters: months },
];

function catalogOf(...names: string[]): Catalog {
  const operations = all.filter(({ name }) => names.length === 0 || names.includes(name));
  return {
    rasters: new Map(['nlcd', 'rain_01', 'rain_02'].map(raster)),
    operations: new Map(operations.map((operation) => [operation.name, operation])),
    areas: new Map([['huc', {}]]),
  } as unknown as Catalog;
}

const every = ['count', 'rain(nlcd,rain_01)', 'rain(nlcd,rain_02)', 'along', 'twice(rain_02,rain_01)'];

it('operations are done ahead with every choice of their parameters that there can be, joins only with lines of their own', () => {
  const ahead = operationsAhead(catalogOf());
  expect([...ahead.keys()]).toEqual(every);
  expect(ahead.get('count')).toEqual({
    name: 'count',
    resolved: { operation: 'count', coverage: 'centre' },
    definition: { type: 'groupedCount', rasters: ['nlcd'] },
  });
  const definition = { type: 'groupedAverage', rasters: ['nlcd'], target: 'rain_02' };
  expect(ahead.get('rain(nlcd,rain_02)')).toEqual({
    name: 'rain(nlcd,rain_02)',
    resolved: { operation: 'rain', definition, coverage: 'centre' },
    definition,
  });
});

function asked(names: string[], { catalog = catalogOf(), table = 'huc' } = {}) {
  const said: string[] = [];
  const command = new Command('warm').exitOverride().configureOutput({ writeErr: (text) => said.push(text) });
  try {
    return operationsAsked(command, catalog, { table, names }).map(({ name }) => name);
  } catch (error) {
    if (error instanceof CommanderError) return [error.exitCode, ...said].join(' ');
    throw error;
  }
}

it('all are all that can be done ahead', () => {
  expect(asked(['all'])).toEqual(every);
  expect(asked(['count', 'all'])).toEqual(every);
});

it('an operation is asked for with all its parameters, or with one choice of them, and once', () => {
  expect(asked(['rain', 'count', 'rain(nlcd,rain_02)'])).toEqual(['rain(nlcd,rain_01)', 'rain(nlcd,rain_02)', 'count']);
  expect(asked(['rain(nlcd,rain_02)'])).toEqual(['rain(nlcd,rain_02)']);
});

it('what cannot be asked for ends the command with a sentence', () => {
  expect(asked(['count', 'drawn'])).toBe(
    '2 catchment: operation drawn joins with lines that come with a request: it cannot be done before there are any\n',
  );
  expect(asked(['all'], { catalog: catalogOf('drawn') })).toBe(
    '2 catchment: no operation can be done before anybody asks\n',
  );
  const names = 'count, rain, along, drawn, twice';
  expect(asked(['rain(nlcd,rain_03)'])).toBe(
    `2 catchment: no operation is called "rain(nlcd,rain_03)"; expected one of ${names}\n`,
  );
  expect(asked(['count'], { table: 'nope' })).toBe(
    '2 catchment: no area table is called "nope"; expected one of huc\n',
  );
});
