import type { EntryHeader } from '@cellshed/cache';
import { cachedResult, cachedValue, cacheHeader, cacheSurvey } from '../../src/cached/cache-documents.ts';

const header: EntryHeader = {
  ...{ computedAt: 0, freshUntil: 1000, hardUntil: null, costMs: 7, schemaVersion: 1, etag: '0f', valueBytes: 2 },
};

describe('the document of a cached value', () => {
  it.each<readonly [string, unknown]>([
    ['{"cells":1}', { cells: 1 }],
    ['null', null],
    ['0', 0],
    ['""', ''],
    [' [1] ', [1]],
  ])('has JSON as it is: %s', (text, value) => {
    expect(cachedValue('key', { ...header, value: Buffer.from(text) })).toEqual({
      key: 'key',
      header: cacheHeader(header),
      value,
    });
  });

  it.each([
    ['no JSON', Buffer.from('no JSON')],
    ['nothing', Buffer.alloc(0)],
    ['text that is no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a byte order mark', Buffer.from('\ufeff{}')],
  ])('has all else in base64: %s', (_, value) => {
    expect(cachedValue('key', { ...header, value })).toEqual({
      key: 'key',
      header: cacheHeader(header),
      base64: value.toString('base64'),
    });
  });
});

it('times are written as clocks write them; never, and what lies beyond all clocks, are told apart', () => {
  expect(cacheHeader({ ...header, freshUntil: 8.64e16 })).toMatchObject({
    computedAt: '1970-01-01T00:00:00.000Z',
    freshUntil: '+275760-09-13T00:00:00.000Z',
    hardUntil: null,
  });
});

it('areas are written as result documents write them', () => {
  const parts = { operation: 'soil', fingerprint: '0f' };
  expect(cachedResult({ key: 'k', parts: { ...parts, area: { table: 'huc12', id: 'a/b' } }, header })).toEqual({
    ...{ key: 'k', area: 'huc12/a/b', operation: 'soil', header: cacheHeader(header) },
  });
  expect(cachedResult({ key: 'k', parts: { ...parts, area: { drawn: 'ab' } }, header: undefined })).toEqual({
    ...{ key: 'k', area: 'drawn/ab', operation: 'soil', header: null },
  });
});

it('a survey has its sum', () => {
  const figures = {
    entries: 1,
    valueBytes: 2,
    oldest: 0,
    newest: 1000,
    stale: 0,
    expired: 0,
    otherSchema: 0,
    unreadable: 0,
    superseded: 1,
    supersededBytes: 2,
    unlisted: null,
  };
  const survey = cacheSurvey(
    [
      { table: 'huc12', operation: 'soil', ...figures },
      { table: null, operation: 'soil', ...figures, oldest: null, newest: null, entries: 2 },
    ],
    [],
  );
  expect(survey).toMatchObject({
    total: {
      entries: 3,
      valueBytes: 4,
      superseded: 2,
      supersededBytes: 4,
      unlisted: null,
      oldest: '1970-01-01T00:00:00.000Z',
      newest: '1970-01-01T00:00:01.000Z',
    },
    groups: [{ table: 'huc12' }, { table: null, oldest: null, newest: null }],
  });
});
