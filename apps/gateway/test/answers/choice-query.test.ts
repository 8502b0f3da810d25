import { choosable } from '@catchment/contracts';
import { choiceIn, choiceLists } from '../../src/answers/choice-query.ts';

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
