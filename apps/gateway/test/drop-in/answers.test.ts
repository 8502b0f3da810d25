import { averagesAnswer, countsAnswer, summaryAnswer } from '../../src/drop-in/answers.ts';

describe('counts', () => {
  it('are keyed by the values in their order, no data being the least integer', () => {
    const groups = [
      { values: [21, 3], cells: 712 },
      { values: [21, null], cells: 2225 },
    ];
    expect(JSON.stringify(countsAnswer({ groups }))).toBe('{"List(21, 3)":712,"List(21, -2147483648)":2225}');
  });

  it('of values whose fractions are cut off are added up', () => {
    const groups = [-0.5, 0, 0.9, 1.1, -1.9].map((value, i) => ({ values: [value], cells: 10 ** i }));
    expect(countsAnswer({ groups })).toEqual({ 'List(0)': 111, 'List(1)': 1000, 'List(-1)': 10000 });
  });

  it('of values beyond 32 bits are at the ends of these', () => {
    const groups = [4e9, -4e9].map((value) => ({ values: [value], cells: 1 }));
    expect(countsAnswer({ groups })).toEqual({ 'List(2147483647)': 1, 'List(-2147483648)': 1 });
  });

  it('of nothing are empty', () => {
    expect(countsAnswer({ groups: [] })).toEqual({});
  });
});

describe('averages', () => {
  it('take cells without data for 0', () => {
    const groups = [
      { values: [41], average: 6, cells: 1, noData: 2 },
      { values: [42], average: null, cells: 0, noData: 5 },
    ];
    expect(averagesAnswer({ rasters: ['a'], groups })).toEqual({ 'List(41)': 2, 'List(42)': 0 });
  });

  it('keep every digit where all cells have data', () => {
    const groups = [{ values: [1], average: 0.1749210798357199, cells: 3, noData: 0 }];
    expect(averagesAnswer({ rasters: ['a'], groups })).toEqual({ 'List(1)': 0.1749210798357199 });
  });

  it('of values whose fractions are cut off are averaged by their cells', () => {
    const groups = [
      { values: [1.1], average: null, cells: 0, noData: 0 },
      { values: [1.2], average: 8, cells: 1, noData: 1 },
      { values: [1.8], average: 2, cells: 5, noData: 1 },
    ];
    expect(averagesAnswer({ rasters: ['a'], groups })).toEqual({ 'List(1)': (8 + 10) / 8 });
  });

  it('without rasters to group by are one, which is null where there are no cells', () => {
    const all = { values: [], average: 4, cells: 3, noData: 1 };
    expect(averagesAnswer({ rasters: [], groups: [all] })).toEqual({ 'List(0)': 3 });
    expect(averagesAnswer({ rasters: [], groups: [] })).toEqual({ 'List(0)': null });
    const none = { values: [], average: null, cells: 0, noData: 0 };
    expect(averagesAnswer({ rasters: [], groups: [none] })).toEqual({ 'List(0)': null });
    expect(averagesAnswer({ rasters: [], groups: [{ ...none, noData: 2 }] })).toEqual({ 'List(0)': 0 });
  });

  it('of no groups are empty', () => {
    expect(averagesAnswer({ rasters: ['a'], groups: [] })).toEqual({});
  });
});

describe('a summary', () => {
  const of = (raster: string, min: number | null, average: number | null, max: number | null, cells: number) => ({
    ...{ raster, min, average, max, cells },
    noData: 4 - cells,
  });

  it('has the extremes of what has data, and cells without data as 0 in its mean', () => {
    const summaries = [of('ned', 10, 20, 30, 4), of('slope', 2, 6, 9, 1), of('nothing', null, null, null, 0)];
    expect(summaryAnswer({ cells: 4, summaries })).toEqual([
      { min: 10, avg: 20, max: 30 },
      { min: 2, avg: 1.5, max: 9 },
      { min: null, avg: null, max: null },
    ]);
  });

  it('of no cells is empty', () => {
    const summaries = [{ ...of('ned', null, null, null, 0), noData: 0 }];
    expect(summaryAnswer({ cells: 0, summaries })).toEqual([]);
  });
});
