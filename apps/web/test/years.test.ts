import { choicesFor, isTaken } from '../src/operations.ts';
import { firstAsked, isScenario, valueTitle } from '../src/years.ts';

const now = 2026;

it('the first year that is asked for is the latest that has come', () => {
  expect(firstAsked(['2001', '2021', '2011', '2040'], now)).toBe('2021');
  expect(firstAsked(['2040', '2050'], now)).toBe('2040');
  expect(firstAsked(['winter', 'spring'], now)).toBe('winter');
});

it('a year that has not come is a scenario, and no other value is', () => {
  expect(['2026', '2027', 'winter', '07'].map((value) => isScenario(value, now))).toEqual([false, true, false, false]);
  expect(['2021', '2040', 'winter'].map((value) => valueTitle(value, now))).toEqual([
    '2021',
    '2040 (scenario)',
    'winter',
  ]);
});

it('a default comes before the latest year, and a choice before both', () => {
  const parameter = { name: 'year', title: 'Year', values: ['2001', '2011', '2021'], byDefault: '2011' };
  expect(choicesFor([parameter], { choices: {} })).toEqual({ year: '2011' });
  expect(choicesFor([parameter], { choices: { year: '2001' } })).toEqual({ year: '2001' });
  expect(choicesFor([{ ...parameter, byDefault: undefined }], { choices: { year: '1999' } })).toEqual({ year: '2021' });
});

it('a value is taken where another parameter names the same raster by it', () => {
  const place = (name: string, value: string) => ({ template: `cover_{${name}}`, parameters: { [name]: value } });
  const rasters = ['2001', '2021'].map((year) => ({ series: [place('from', year), place('to', year)] }));
  const values = { from: '2001', to: '2021' };
  expect(isTaken('2001', { name: 'to', values, rasters })).toBe(true);
  expect(isTaken('2021', { name: 'to', values, rasters })).toBe(false);
  const apart = [{ series: [place('from', '2001')] }, { series: [place('to', '2001')] }];
  expect(isTaken('2001', { name: 'to', values, rasters: apart })).toBe(false);
});
