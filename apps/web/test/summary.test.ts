import type { LabelledDocument } from '../src/answer/document.ts';
import { summaryOf } from '../src/answer/summary.ts';

const nothing: LabelledDocument = {
  operation: 'o',
  area: 'a/1',
  rasters: ['landcover'],
  cells: 0,
  covered: 0,
  squareMetres: 0,
};

function group(label: string, cells: number, ...more: [label: string, value: number | null][]) {
  const labels = [label, ...more.map(([one]) => one)];
  return {
    values: [label === 'no data' ? null : 1, ...more.map(([, value]) => value)],
    labels,
    cells,
    squareMetres: 900 * cells,
    percent: cells,
  };
}

function counted(...groups: ReturnType<typeof group>[]): LabelledDocument {
  const cells = groups.reduce((sum, one) => sum + one.cells, 0);
  const sources = [
    { raster: 'landcover', title: 'Land cover' },
    { raster: 'soil', title: 'Soil group' },
  ];
  const rasters = (groups[0]?.values.length ?? 1) > 1 ? ['landcover', 'soil'] : ['landcover'];
  return { ...nothing, rasters, cells, covered: 1, squareMetres: 900 * cells, groups, sources };
}

/** A sentence without the spaces at which no line ends. */
function said(document: LabelledDocument, unit: 'km2' | 'acres' = 'km2'): string {
  return summaryOf(document, unit).join(' ').replaceAll('\u00a0', ' ');
}

describe('the words of an answer', () => {
  it('say the size, the largest class, and others from a tenth on', () => {
    expect(said(counted(group('Forest', 41), group('Crops', 30), group('Town', 20), group('Water', 9)))).toBe(
      '0.09 km². The largest part is Forest (41 %); 30 % is Crops; 20 % is Town.',
    );
    expect(said(counted(group('Forest', 95), group('Crops', 5)))).toBe('0.09 km². Most of it is Forest (95 %).');
    expect(said(counted(group('Forest', 100)), 'acres')).toBe('22.24 acres. Most of it is Forest (100 %).');
  });

  it('add up a class over what it meets, and say what has no data', () => {
    const document = counted(
      group('Forest', 30, ['A', 1]),
      group('Forest', 30, ['no data', null]),
      group('Town', 40, ['A', 1]),
    );
    expect(said(document)).toBe(
      '0.09 km². Most of it is Forest (60 %); 40 % is Town. By Soil group, 70 % is A. 30 % has no data for Soil group.',
    );
  });

  it('say the range and the mean of classes that are measured values', () => {
    const slopes = [0, 10, 30].map((value, index) => ({
      ...group('', index + 1),
      values: [value],
      labels: [String(value)],
    }));
    const document = { ...counted(...slopes), sources: [{ raster: 'landcover', title: 'Slope', units: 'percent' }] };
    expect(said(document)).toBe('0.0054 km². Slope: 0 % to 30 %, 18.33 % on average.');
  });

  it('name classes by their values where no legend does', () => {
    const { groups = [], ...document } = counted(group('Forest', 60), group('no data', 40));
    const bare = groups.map(({ labels: _labels, ...rest }) => rest);
    expect(said({ ...document, groups: bare })).toBe(
      '0.09 km². Most of it is class 1 (60 %). 40 % has no data for Land cover.',
    );
  });

  it('say how much of an area lies outside the rasters', () => {
    expect(said(nothing)).toBe(
      'It lies outside the rasters: nothing was counted. Choose one where the map has colours.',
    );
    expect(said({ ...counted(group('Forest', 100)), covered: 0.97 })).toContain(
      '97 % of the area is covered; 3 % lies outside the raster “Land cover”.',
    );
    expect(said({ ...counted(group('Forest', 100)), covered: 0.999 })).toContain(
      '> 99 % of the area is covered; < 1 % lies outside',
    );
  });

  it('say what grew and shrank most', () => {
    const turnover = (before: number, after: number) => ({
      before,
      after,
      gains: Math.max(0, after - before),
      losses: Math.max(0, before - after),
      net: after - before,
    });
    const changed = (label: string, before: number, after: number) => ({
      ...{ value: 1, label, ...turnover(before, after) },
      squareMetres: turnover(900 * before, 900 * after),
      percent: turnover(before / 100, after / 100),
    });
    const classes = [
      changed('Forest', 8000, 7000),
      changed('Town', 0, 900),
      changed('Crops', 2000, 2090),
      changed('Water', 10, 20),
    ];
    const document = { ...counted(group('Forest', 10_000)), classes };
    expect(said(document)).toBe(
      '9 km². Forest shrank by 0.9 km² (−13 %); Town grew by 0.81 km²; Crops grew by 0.081 km² (+5 %).',
    );
    expect(said({ ...document, classes: [changed('Forest', 5, 5)] })).toContain('Nothing changed.');
  });

  it('say averages, ranges and the middle half', () => {
    const average = (label: string, value: number | null) => ({ ...group(label, 50), average: value });
    const document = {
      ...counted(average('Forest', 20.5), average('Town', 3), average('Sea', null)),
      target: 'slope',
      units: 'percent',
    };
    expect(said(document)).toContain('slope. It is highest for Forest (20.5 %), lowest for Town (3 %).');
    const only = { ...document, groups: [{ ...average('', 7), values: [], labels: [] }] };
    expect(said(only)).toContain('slope: 7 % on average.');
    const summaries = [{ raster: 'elevation', min: 166, average: 360.66, max: 468, cells: 10, units: 'm' }];
    expect(said({ ...document, summaries })).toContain('elevation: 166 m to 468 m, 360.7 m on average.');
    const quantiles = [0.25, 0.75].map((quantile) => ({ quantile, value: 100 * quantile }));
    const statistics = { ...counted(group('x', 10)), values: [], quantiles, median: 50, mean: 51, min: 0, max: 100 };
    expect(said(statistics)).toContain('Half of the cells lie between 25 and 75; the median is 50.');
  });
});
