import type { CacheSurvey } from '@cellshed/operations';
import { entryHead, entryLine } from '../../src/cache/entry-line.ts';
import { scanLine } from '../../src/cache/scan-progress.ts';
import { surveyText } from '../../src/cache/survey-text.ts';
import { countText, durationText, minuteText } from '../../src/text/figures.ts';
import { textColumns } from '../../src/text/text-columns.ts';

const header = {
  ...{ computedAt: '2026-11-21T09:48:02.123Z', freshUntil: null, hardUntil: null },
  ...{ costMs: 1234, schemaVersion: 1, etag: '00', valueBytes: 95_200 },
};
const key = 'geop:huc12:020402031008:nlcd_soil:0123456789abcdef0123456789abcdef';
const result = { key, area: 'huc12/020402031008', operation: 'nlcd_soil', header };

describe('a figure for people', () => {
  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [1234, '1.2s'],
    [59_990, '59.9s'],
    [60_000, '1m'],
    [200_000, '3m 20s'],
    [6e6, '1h 40m'],
    [183_600_000, '2d 3h'],
  ])('%d milliseconds are %s', (milliseconds, text) => expect(durationText(milliseconds)).toBe(text));

  it('is one thing, or several', () => {
    expect([0, 1, 2, 1234].map((count) => countText(count, 'key'))).toEqual([
      '0 keys',
      '1 key',
      '2 keys',
      '1,234 keys',
    ]);
    expect([0.12345, 5_889_221_510_973_760].map((count) => countText(count, 'key'))).toEqual([
      '0.123 keys',
      '5,889,221,510,973,760 keys',
    ]);
    expect(minuteText('2026-11-21T09:48:59.999Z')).toBe('2026-11-21 09:48');
  });
});

describe('the line of a cached result', () => {
  const facts = '95.2 kB  2026-11-21 09:48      1.2s  never           ';
  it('ends with its key, under its head', () => {
    expect(entryLine(result, Number.POSITIVE_INFINITY)).toBe(`${facts}  ${key}`);
    expect(entryHead.indexOf('key')).toBe(facts.length + 2);
    const expiring = { ...result, header: { ...header, hardUntil: '2026-11-28T09:48:02.123Z' } };
    expect(entryLine(expiring, 200)).toContain(' 2026-11-28 09:48  geop:');
  });

  it('has its key below where it would not fit, and never cuts it', () => {
    const needed = facts.length + 2 + key.length;
    expect(entryLine(result, needed)).toBe(`${facts}  ${key}`);
    for (const width of [needed - 1, 100, 60, 10])
      expect(entryLine(result, width)).toBe(`${facts.trimEnd()}\n  ${key}`);
  });

  it('says that what cannot be read cannot', () => {
    expect(entryLine({ ...result, header: null }, 200)).toBe(
      `      -  unreadable${' '.repeat(15)}-  -${' '.repeat(17)}${key}`,
    );
  });
});

describe('the progress of a walk', () => {
  it.each([
    [60, '1,234,567 keys looked at | 1,000,000 removed | 45,123/s'],
    [30, '1,234,567 keys looked at | 1,0'],
    [0, ''],
  ])('fits a terminal of %d columns', (width, line) => {
    const state = { looked: 1_234_567, removed: 1_000_000, elapsedMilliseconds: 27_360 };
    expect(scanLine({ ...state, width })).toBe(line.slice(0, Math.max(0, width - 1)));
  });

  it('has no rate before there is one, and no removals where nothing is removed', () => {
    expect(scanLine({ looked: 0, elapsedMilliseconds: 0, width: 60 })).toBe('0 keys looked at');
    expect(scanLine({ looked: 10, elapsedMilliseconds: 0, width: 60 })).toBe('10 keys looked at');
    expect(scanLine({ looked: 10, elapsedMilliseconds: 1000, width: 60 })).toBe('10 keys looked at | 10/s');
  });
});

describe('columns', () => {
  it('are as wide as their widest text; names are on the left and give way, figures on the right do not', () => {
    const rows = [
      ['table', 'operation', 'results'],
      ['huc12', 'landcover_by_soil', '12'],
    ];
    expect(textColumns(rows, { names: 2, width: 80 })).toEqual([
      'table  operation          results',
      'huc12  landcover_by_soil       12',
    ]);
    expect(textColumns(rows, { names: 2, width: 25 })).toEqual([
      'table  operation  results',
      'huc12  landcove…       12',
    ]);
    expect(textColumns(rows, { names: 2, width: 22 })).toEqual([
      'table  operation',
      '  results',
      'huc12',
      'landcover_by_soil',
      '       12',
    ]);
    expect(
      textColumns(
        [
          ['a', 'b'],
          ['', '1'],
        ],
        { names: 1, width: 1 },
      ),
    ).toEqual(['a  b', '   1']);
    expect(
      textColumns(
        [
          ['name', 'n'],
          ['流域流域', '1'],
        ],
        { names: 1, width: 10 },
      ),
    ).toEqual(['name     n', '流域流…  1']);
  });
});

describe('a survey for people', () => {
  const figures = {
    entries: 1000,
    valueBytes: 5e6,
    oldest: '2026-11-01T00:00:00.000Z',
    newest: '2026-11-21T00:00:00.000Z',
  };
  const fine = {
    ...{ stale: 0, expired: 0, otherSchema: 0, unreadable: 0 },
    ...{ superseded: 0, supersededBytes: 0, unlisted: 0 },
  };
  const server = {
    usedMemoryBytes: 4e7,
    maxMemoryBytes: 1e9,
    evictionPolicy: 'allkeys-lru',
    evictedKeys: 12,
    hits: 1999,
    misses: 1,
  };
  const survey: CacheSurvey = {
    total: { ...figures, ...fine },
    servers: [],
    groups: [
      { table: 'huc12', operation: 'landcover_soil', ...figures, ...fine },
      { table: null, operation: 'landcover_soil', ...figures, oldest: null, newest: null, ...fine },
    ],
  };

  it('has a line for each table and operation, and leaves the days out of a narrow terminal', () => {
    expect(surveyText(survey, 80).split('\n')).toEqual([
      'table    operation       results  size      oldest      newest',
      'huc12    landcover_soil    1,000  5 MB  2026-11-01  2026-11-21',
      '(drawn)  landcover_soil    1,000  5 MB           -           -',
      'all                        1,000  5 MB  2026-11-01  2026-11-21',
    ]);
    const servers = [{ place: 'redis://cache', figures: server }];
    const standing = { superseded: 5, supersededBytes: 6000, unlisted: 7 };
    const total = { ...survey.total, stale: 1, expired: 2, otherSchema: 3, unreadable: 4, ...standing };
    const narrow = surveyText({ ...survey, servers, total }, 60);
    expect(narrow.split('\n')).toEqual([
      'table    operation       results  size',
      'huc12    landcover_soil    1,000  5 MB',
      '(drawn)  landcover_soil    1,000  5 MB',
      'all                        1,000  5 MB',
      '',
      '1 result stale: no longer fresh, still served',
      '2 results expired: no longer served',
      '3 results of another schema version: not served',
      '4 results unreadable: not served',
      '5 results superseded (6 kB): what they were computed from',
      'was replaced; `catchment invalidate --superseded` removes',
      'them',
      '7 results of operations, tables or rasters that the catalog',
      'does not have',
      '',
      'redis://cache uses 40 MB of 1 GB; allkeys-lru',
      'since it started: 12 evicted, 1,999 of 2,000 reads hit (99%)',
    ]);
  });

  it('says why it is not known what was superseded', () => {
    const total = { ...survey.total, superseded: null, supersededBytes: null, unlisted: null };
    const said = surveyText({ ...survey, total, problems: ['raster nlcd: /n.tif is missing'] }, 80).split('\n');
    expect(said.slice(4)).toEqual(['', 'not known which results were superseded: raster nlcd: /n.tif is missing']);
  });

  it('says which stores workers have trouble with', () => {
    const trouble = {
      ...{ worker: 'host:12', place: 'file:/results', state: 'takes no values' as const },
      ...{ since: '2026-11-21T09:48:02.123Z', failures: 3, problem: 'ENOSPC' },
    };
    expect(
      surveyText({ ...survey, troubles: [trouble] }, 200)
        .split('\n')
        .slice(4),
    ).toEqual([
      '',
      'worker host:12 has trouble with file:/results, which takes no values: ENOSPC (3 failures since 2026-11-21T09:48:02.123Z)',
    ]);
  });

  it('does not divide by no reads, and says which server does not answer', () => {
    const unused = { place: 'redis://one', figures: { ...server, maxMemoryBytes: null, hits: 0, misses: 0 } };
    const away = { place: 'redis://two', figures: { problem: 'did not say how it is: connect ECONNREFUSED' } };
    expect(
      surveyText({ ...survey, servers: [unused, away] }, 60)
        .split('\n')
        .slice(5),
    ).toEqual([
      'redis://one uses 40 MB, no limit; allkeys-lru',
      'since it started: 12 evicted, 0 of 0 reads hit',
      '',
      'redis://two did not say how it is: connect ECONNREFUSED',
    ]);
  });
});
