import type { ResultDocument } from '@cellshed/contracts';
import type { AskedAreas } from '../../src/options/asked-areas.ts';
import { eachText, resultsText } from '../../src/text/results-text.ts';

const known = { operation: 'cover', area: 'drawn/1', coverage: 'centre', cellArea: 900, covered: 1, rasters: ['nlcd'] };
const counted = (...groups: [value: number, cells: number][]) => ({
  ...known,
  cells: groups.reduce((sum, [, cells]) => sum + cells, 0),
  groups: groups.map(([value, cells]) => ({ values: [value], cells })),
});
const results = [
  counted([11, 50], [21, 1150]),
  { ...counted([11, 7]), covered: 0.5, warnings: ['ring 0 crosses itself'] },
  { ...counted(), cells: 0, covered: 0 },
] as unknown as ResultDocument[];
const asked: AskedAreas = {
  areas: [
    { name: 'f.geojson, feature 0', area: {}, feature: { feature: 0, id: 7, name: 'North field' } },
    { name: 'f.geojson, feature 1', area: {}, feature: { feature: 1, id: 'b' } },
    { name: 'f.geojson, feature 3', area: {}, feature: { feature: 3 } },
  ],
  notes: [],
};

it('results in each feature are one table, and what is to be said of some stands below', () => {
  expect(eachText(results, asked, { width: 80 }).split('\n')).toEqual([
    'cover, by feature',
    '',
    'feature        nlcd  cells   km²      %',
    '0 North field  21    1,150  1.03   95.8',
    '0 North field  11       50  0.04    4.2',
    '1 b            11        7  0.01  100.0',
    '',
    '1 b: 50.0 % of the area is on the rasters',
    '1 b: ring 0 crosses itself',
    '3: no cells',
  ]);
});

it('results in each feature are a line of JSON each, with what tells the feature from others', () => {
  const lines = resultsText(results, asked, { isMany: false, each: true, json: true }).split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { feature: 0, id: 7, name: 'North field', ...results[0] },
    { feature: 1, id: 'b', ...results[1] },
    { feature: 3, ...results[2] },
  ]);
});

it('the result of one area is one document, those of an operation on several a list', () => {
  const [first] = results;
  expect(resultsText([first as ResultDocument], asked, { isMany: false, json: true })).toBe(JSON.stringify(first));
  expect(resultsText(results, asked, { isMany: true, json: true })).toBe(JSON.stringify({ results }));
  const heads = resultsText(results, asked, { isMany: true })
    .split('\n')
    .filter((line) => line.startsWith('cover in '));
  expect(heads).toEqual([0, 1, 3].map((i) => `cover in f.geojson, feature ${i}`));
});

it('results for several values of a parameter are one table, by value, and a list as JSON', () => {
  const yearly = ['2001', '2021'].map((year, i) => ({
    ...counted([11, 50 + i], [21, 1150]),
    rasters: [`land_cover_${year}`],
  })) as unknown as ResultDocument[];
  const values = { names: ['year'], labels: [['2001'], ['2021']] };
  const one: AskedAreas = { areas: [{ name: 'huc/1', area: 'huc/1' }], notes: [] };
  const rasters = new Map([
    ['land_cover_2021', { title: 'Land cover in 2021', legend: new Map([[11, { label: 'Water' }]]) }],
  ]);
  const catalog = { operations: new Map([['cover', { title: 'Cover' }]]), rasters };
  expect(resultsText(yearly, one, { isMany: false, values, catalog }).split('\n')).toEqual([
    'Cover in huc/1, by year',
    '',
    'year  land_cover  cells   km²     %',
    '2001  21          1,150  1.03  95.8',
    '2001  11             50  0.04   4.2',
    '2021  21          1,150  1.03  95.8',
    '2021  11 Water       51  0.05   4.2',
  ]);
  expect(JSON.parse(resultsText(yearly, one, { isMany: false, values, json: true }))).toEqual({ results: yearly });
});

it('what has changed is told by class, those that change most first, and then by pairs', () => {
  const turnover = (value: number, before: number, after: number, kept: number) => {
    const [gains, losses] = [after - kept, before - kept];
    return { value, before, after, kept, gains, losses, net: gains - losses };
  };
  const document = {
    ...{ ...known, rasters: ['old', 'new'], cells: 1210 },
    groups: [
      { values: [11, 11], cells: 1000 },
      { values: [21, 11], cells: 10 },
      { values: [21, 21], cells: 200 },
    ],
    classes: [turnover(11, 1000, 1010, 1000), turnover(21, 210, 200, 200)],
  } as unknown as ResultDocument;
  const one: AskedAreas = { areas: [{ name: 'huc/1', area: 'huc/1' }], notes: [] };
  expect(resultsText([document], one, { isMany: false }).split('\n').slice(3, 6)).toEqual([
    'class  before  after  gains  losses  net  net km²',
    '11      1,000  1,010     10       0   10     0.01',
    '21        210    200      0      10  -10    -0.01',
  ]);
});

it('class names go on in further lines in a narrow terminal, and none is cut', () => {
  const legend = new Map([[21, { label: 'Developed, Open Space' }]]);
  const rasters = new Map([['nlcd', { title: 'Land cover', legend }]]);
  const years = { names: ['year'], labels: [['2001'], ['2021']] };
  const asked: AskedAreas = { areas: [{ name: 'huc/1', area: 'huc/1' }], notes: [] };
  const counts = [counted([21, 50]), counted([21, 60])] as unknown as ResultDocument[];
  const catalog = { operations: new Map(), rasters };
  expect(eachText(counts, asked, { width: 36, values: years, catalog }).split('\n').slice(2)).toEqual([
    'year  Land cover  cells   km²      %',
    '2001  21             50  0.04  100.0',
    '      Developed,',
    '      Open Space',
    '2021  21             60  0.05  100.0',
    '      Developed,',
    '      Open Space',
  ]);
});
