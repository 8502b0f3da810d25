import { chooseFormat, entityTag, formOf } from '../../src/answers/form.ts';
import { formats } from '../../src/answers/formats.ts';

const [json] = formats;

it.each(['application/json', '*/*', 'application/*;q=0.2, text/html', 'text/html, application/json;q=0.1', ''])(
  'who accepts %j gets JSON',
  (accept) => expect(chooseFormat({ headers: { accept } })).toBe(json),
);

it('who accepts nothing that there is hears what there is', () => {
  for (const accept of ['text/html', 'application/json;q=0', 'image/*'])
    expect(chooseFormat({ headers: { accept } })).toMatchObject({ path: 'accept' });
  expect(chooseFormat({ headers: {} })).toBe(json);
});

it('the query has precedence over the header', () => {
  expect(chooseFormat({ headers: { accept: 'text/html' }, f: 'json' })).toBe(json);
});

it('small answers are not packed, others as the client takes them', () => {
  const encodingOf = (accepted: string, bytes = 20_000) =>
    formOf(json, bytes, { headers: { 'accept-encoding': accepted } }).encoding;
  expect(['zstd', 'gzip, zstd', 'gzip', 'br', '', 'zstd;q=0, gzip'].map((one) => encodingOf(one))).toEqual([
    ...['zstd', 'zstd', 'gzip'],
    ...[undefined, undefined, 'gzip'],
  ]);
  expect(encodingOf('zstd, gzip', 16_383)).toBeUndefined();
  expect(formOf(json, 20_000, { headers: {} }).encoding).toBeUndefined();
});

it('each form of each result has a tag of its own', () => {
  const forms = (['zstd', 'gzip', undefined] as const).flatMap((encoding) =>
    ['', 'a1', 'b2'].map((labels) => ({ format: json, encoding, labels })),
  );
  const tags = ['00ff', '11ff'].flatMap((etag) => forms.map((form) => entityTag(etag, form)));
  expect(new Set(tags).size).toBe(tags.length);
  for (const tag of tags) expect(tag).toMatch(/^"[a-z0-9-]+"$/);
});
