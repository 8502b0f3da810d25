import { chooseFormat, entityTag, formOf } from '../../src/answers/form.ts';
import { type Format, type FormatName, formats } from '../../src/answers/formats.ts';

const formatCalled = (name: FormatName) => formats.find((one) => one.name === name) as Format;
const json = formatCalled('json');
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

it.each<[accept: string, name: FormatName]>([
  ['', 'json'],
  ['*/*', 'json'],
  ['application/json', 'json'],
  ['application/json; charset=utf-8', 'json'],
  ['application/json;profile="a,b;q=0";q=0.5', 'json'],
  ['application/*;q=0.2, text/html', 'json'],
  ['text/html, application/json;q=0.1', 'json'],
  [browser, 'json'],
  ['text/csv', 'csv'],
  ['text/*', 'csv'],
  ['text/csv; header=present', 'csv'],
  ['application/json;q=0.5, text/csv', 'csv'],
  ['text/csv;q=0.5, application/json', 'json'],
  ['text/csv, */*;q=0.1', 'csv'],
  ['text/csv;q=0, */*', 'json'],
  ['TEXT/CSV', 'csv'],
  ['application/geo+json', 'geojson'],
  ['application/geo+json, application/json;q=0.9', 'geojson'],
  ['application/vnd.apache.parquet', 'parquet'],
])('who accepts %j gets %s', (accept, name) => expect(chooseFormat({ headers: { accept } }).name).toBe(name));

it('who accepts nothing that there is hears what there is', () => {
  const expected = 'application/json, text/csv, application/vnd.apache.parquet, application/geo+json';
  for (const accept of ['text/html', 'application/json;q=0', 'image/*', 'json'])
    expect(() => chooseFormat({ headers: { accept } })).toThrow(
      `accept: is ${JSON.stringify(accept)}, expected one of ${expected}`,
    );
  expect(chooseFormat({ headers: {} })).toBe(json);
  expect(chooseFormat({ headers: { accept: 'multipart/related' } }, ['multipart/related'])).toBe(json);
});

it('the query has precedence over the header', () => {
  for (const format of formats) expect(chooseFormat({ headers: { accept: 'text/html' }, f: format.name })).toBe(format);
});

it('small answers are not packed, others as the client takes them', () => {
  const encodingOf = (accepted: string, bytes = 20_000, format = json) =>
    formOf(format, { bytes }, { headers: { 'accept-encoding': accepted } }).encoding;
  expect(['zstd', 'gzip, zstd', 'gzip', 'br', '', 'zstd;q=0, gzip'].map((one) => encodingOf(one))).toEqual([
    ...['zstd', 'zstd', 'gzip'],
    ...[undefined, undefined, 'gzip'],
  ]);
  expect(encodingOf('zstd, gzip', 16_383)).toBeUndefined();
  expect(formOf(json, { bytes: 20_000 }, { headers: {} }).encoding).toBeUndefined();
});

it('Parquet is packed already, and GeoJSON is always large', () => {
  const encodingOf = (name: FormatName, bytes: number) =>
    formOf(formatCalled(name), { bytes }, { headers: { 'accept-encoding': 'gzip' } }).encoding;
  expect([encodingOf('parquet', 20_000), encodingOf('csv', 20_000), encodingOf('csv', 100)]).toEqual([
    ...[undefined, 'gzip', undefined],
  ]);
  expect(encodingOf('geojson', 100)).toBe('gzip');
});

it('each form of each result has a tag of its own', () => {
  const forms = formats.flatMap((format) =>
    (['zstd', 'gzip', undefined] as const).flatMap((encoding) =>
      ['', 'a1', 'b2'].map((labels) => ({ format, encoding, labels })),
    ),
  );
  const tags = ['00ff', '11ff'].flatMap((etag) => forms.map((form) => entityTag(etag, form)));
  expect(new Set(tags).size).toBe(tags.length);
  for (const tag of tags) expect(tag).toMatch(/^"[a-z0-9-]+"$/);
});

it('labels are part of what has labels alone', () => {
  const labelsOf = (name: FormatName) => formOf(formatCalled(name), { bytes: 1, labels: 'a1' }, { headers: {} }).labels;
  expect((['json', 'labelled', 'csv'] as const).map(labelsOf)).toEqual(['', 'a1', 'a1']);
});
