import type { CatalogOperation } from '@cellshed/catalog';
import { isRefusal } from '@cellshed/contracts';
import { type OperationChoice, spreadChoice } from '@cellshed/operations';

const years = ['2001', '2011', '2021'];
const rasters = ['landcover_{from}', 'landcover_{to}'];
const operations = new Map<string, Pick<CatalogOperation, 'parameters' | 'rasters'>>([
  ['cover', { rasters: ['landcover_{year}'], parameters: { year: { values: years } } }],
  ['change', { rasters, parameters: { from: { values: years, default: '2001' }, to: { values: years } } }],
  ['alone', { rasters, parameters: { from: { values: ['2001'] }, to: { values: ['2001'] } } }],
  ['starred', { rasters: ['{which}'], parameters: { which: { values: ['a', '*'] } } }],
]);

/** The parameters of each choice, or the sentence of the refusal. */
function spread(operation: string, parameters: OperationChoice['parameters'], most = 100) {
  const found = spreadChoice({ operation, coverage: 'touched', parameters }, { operations }, most);
  if (isRefusal(found)) return `${found.path}: ${found.problem}`;
  for (const choice of found.choices) expect(choice).toMatchObject({ operation, coverage: 'touched' });
  const all = found.choices.map((choice) => Object.values(choice.parameters ?? {}).join());
  return found.isSeveral ? all : all.join();
}

describe('a choice with several values of a parameter', () => {
  it('is a choice for each, in the order of the list, or in that of the catalog for *', () => {
    expect(spread('cover', { year: ['2021', '2001'] })).toEqual(['2021', '2001']);
    expect(spread('cover', { year: '*' })).toEqual(years);
    expect(spread('cover', { year: ['2011'] })).toEqual(['2011']);
  });

  it('is left as it is with one value, also where that is wrong, and where the operation is unknown', () => {
    expect(spread('cover', { year: '2011' })).toBe('2011');
    expect(spread('cover', { year: 2011 })).toBe('2011');
    expect(spread('cover', { month: ['1'] })).toBe('1');
    expect(spread('nothing', { year: '*' })).toBe('*');
    expect(spread('starred', { which: '*' })).toBe('*');
  });

  it('crosses parameters; * leaves out what names a raster twice', () => {
    expect(spread('change', { from: ['2001', '2011'], to: ['2011', '2021'] })).toEqual([
      '2001,2011',
      '2001,2021',
      '2011,2011',
      '2011,2021',
    ]);
    expect(spread('change', { from: '*', to: '2011' })).toEqual(['2001,2011', '2021,2011']);
    expect(spread('change', { to: '*' })).toEqual(['2011', '2021']);
  });

  it.each([
    [{ year: [] }, 'year: is an empty list, expected values or "*" for all'],
    [{ year: ['2001', '1999'] }, 'year.1: is "1999", expected one of 2001, 2011, 2021'],
    [{ year: ['*'] }, 'year.0: is "*" in a list; expected "*" alone for all values'],
    [{ year: [2001] }, 'year.0: is 2001, which is no text, expected one of 2001, 2011, 2021'],
    [{ year: ['2001', '2011', '2001'] }, 'year.2: is "2001", which is in the list already; expected each value once'],
  ])('is refused with a sentence: %j', (parameters, sentence) => {
    expect(spread('cover', parameters)).toBe(sentence);
  });

  it('is refused where * leaves nothing that differs', () => {
    expect(spread('alone', { from: '*', to: '*' })).toMatch(/^from, to: names the same raster twice with all values/);
  });

  it('is left to the check of values where one is no text', () => {
    const from = { toString: 1, valueOf: 1 };
    expect(spreadChoice({ operation: 'change', parameters: { from, to: '*' } }, { operations }, 10)).toMatchObject({
      choices: years.map((to) => ({ parameters: { from, to } })),
    });
  });

  it('is refused before it is made where it comes to too much', () => {
    expect(spread('change', { from: '*', to: '*' }, 8)).toBe(
      'from, to: 3 of from by 3 of to are 9, at most 8 are allowed',
    );
  });
});
