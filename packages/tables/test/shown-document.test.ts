import type { Definition, ResultDocument } from '@cellshed/contracts';
import { shownDocument } from '../src/index.ts';
import { known, namesWith } from './catalog.ts';

const names = namesWith(
  { cover: { legend: { 11: 'Water', 41: 'Forest' } }, soil: {}, slope: { units: 'percent' } },
  [],
);
const shown = (definition: Definition, members: object) =>
  shownDocument({ ...known('asked', definition, 4), ...members } as ResultDocument, names);

describe('a result that is shown', () => {
  const counted = { type: 'groupedCount', rasters: ['cover', 'soil'] } as const;
  const groups = [
    { values: [11, 1], cells: 1 },
    { values: [41, null], cells: 2 },
    { values: [null, 2], cells: 1 },
  ];

  it('has the labels of its groups, their square metres, and its rasters with their legends', () => {
    const document = { ...known('asked', counted, 4), groups } as ResultDocument;
    expect(shownDocument(document, names)).toEqual({
      ...document,
      squareMetres: 3600,
      groups: [
        { values: [11, 1], labels: ['Water', null], cells: 1, squareMetres: 900, percent: 25 },
        { values: [41, null], labels: ['Forest', null], cells: 2, squareMetres: 1800, percent: 50 },
        { values: [null, 2], labels: ['no data', null], cells: 1, squareMetres: 900, percent: 25 },
      ],
      sources: [
        { raster: 'cover', title: 'cover', legend: { 11: 'Water', 41: 'Forest' } },
        { raster: 'soil', title: 'soil' },
      ],
    });
    expect(groups[0]).toEqual({ values: [11, 1], cells: 1 });
  });

  it('has no label for a value that the legend leaves out, and the areas that were summed', () => {
    const odd = [{ values: [12, 1], cells: 4, squareMetres: 5 }];
    expect(shown(counted, { groups: odd, squareMetres: 5 })).toMatchObject({
      squareMetres: 5,
      groups: [{ values: [12, 1], cells: 4, squareMetres: 5, percent: 100 }],
    });
  });

  it('has the units of averages, statistics and summaries', () => {
    const average = { type: 'groupedAverage', rasters: [], target: 'slope' } as const;
    expect(shown(average, { groups: [] })).toMatchObject({
      units: 'percent',
      sources: [{ raster: 'slope', units: 'percent' }],
    });
    expect(shown({ type: 'statistics', rasters: ['slope'] }, { mean: 1 })).toMatchObject({ units: 'percent' });
    const summaries = [{ raster: 'slope', min: 1, average: 2, max: 3, cells: 4, noData: 0 }];
    expect(shown({ type: 'summary', rasters: ['slope'] }, { summaries })).toMatchObject({
      summaries: [{ raster: 'slope', units: 'percent', min: 1 }],
    });
  });

  it('has the labels of what has changed, in cells, square metres and per cent', () => {
    const changed = { type: 'change', rasters: ['cover', 'cover_later'] } as const;
    const figures = { before: 3, after: 2, kept: 2, gains: 0, losses: 1, net: -1 };
    const classes = [
      { value: 41, ...figures },
      { value: 12, ...figures, squareMetres: { ...figures, before: 2.5 } },
    ];
    const times = (factor: number) =>
      Object.fromEntries(Object.entries(figures).map(([name, n]) => [name, n * factor]));
    const byArea = { before: 25, after: 20, kept: 20, gains: 0, losses: 10, net: -10 };
    expect(shown(changed, { groups: [], classes, squareMetres: 10 })).toMatchObject({
      classes: [
        { value: 41, label: 'Forest', ...figures, squareMetres: times(900), percent: times(25) },
        { value: 12, label: null, ...figures, squareMetres: { ...figures, before: 2.5 }, percent: byArea },
      ],
    });
  });
});
