import { choosable, inputNames, queryNames } from '@cellshed/contracts';
import { ChoiceQuery, choiceIn, choiceLists } from '../../src/answers/choice-query.ts';
import { ItemsQuery } from '../../src/collections/items-query.ts';

it('lists of choices are written with commas, other choices are not', () => {
  expect(choosable).toMatchObject({ quantiles: {}, cellAreas: {} });
  expect(choiceLists).toEqual(['rasters', 'quantiles']);
});

it('all that is no choice is a parameter', () => {
  const query = { coverage: 'touched', rasters: ['a:b', 'c:d:e'], quantiles: [0.5], month: '07', f: 'json' } as const;
  expect(choiceIn('x', { ...query, rasters: [...query.rasters] } as never)).toEqual({
    ...{ operation: 'x', coverage: 'touched', rasters: { a: 'b', c: 'd:e' } },
    ...{ choices: { quantiles: [0.5] }, parameters: { month: '07' } },
  });
});

it('no parameter of an operation can be called like a member of a query', () => {
  const reserved = new Set<string>([...inputNames, ...queryNames]);
  const members = [ItemsQuery, ChoiceQuery].flatMap(({ properties }) => Object.keys(properties));
  expect(members.filter((name) => !reserved.has(name))).toEqual([]);
});
