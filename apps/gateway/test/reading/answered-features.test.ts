import { zstdCompressSync } from 'node:zlib';
import type { Catalog } from '@cellshed/catalog';
import { answeredFeatures } from '../../src/reading/answered-features.ts';

const catalog = { operations: new Map(), rasters: new Map() } as unknown as Catalog;
const asked = { operation: 'a', definition: { type: 'groupedCount', rasters: ['a'] } } as const;

/** A result as a cache stores it; a large one is packed. */
function stored(groups: number) {
  const document = {
    ...{ operation: 'a', area: 't/1', rasters: ['a'], coverage: 'centre', cells: groups, covered: 1 },
    groups: Array.from({ length: groups }, (_, value) => ({ values: [value], cells: 1 })),
  };
  const value = Buffer.from(JSON.stringify(document));
  const isPacked = groups > 1000;
  const encoding = isPacked ? ('zstd' as const) : undefined;
  return { stored: isPacked ? zstdCompressSync(value) : value, encoding, valueBytes: value.length };
}

function answered(own: readonly object[], results: Parameters<typeof answeredFeatures>[0]['results']) {
  const features = Buffer.from(own.map((properties) => JSON.stringify({ type: 'Feature', properties })).join(','));
  const { returned, features: text, tag } = answeredFeatures({ asked, features, results }, catalog);
  const all = JSON.parse(`[${Buffer.from(text).toString()}]`) as { properties: Record<string, unknown> }[];
  expect(all.length).toBe(returned);
  return { tag, properties: all.map((one) => one.properties) };
}

it('no property of a table is lost, whatever it is called', () => {
  const own = { Cells: 1, cells_property: 2, name: 'n' };
  const [result] = answered([own], [stored(1)]).properties;
  expect(result).toMatchObject({ cells: 1, Cells_property_property: 1, cells_property: 2, name: 'n' });
});

it('packed results are read as others are, and what is missing is null', () => {
  const [small, large, none] = answered([{}, {}, {}], [stored(2), stored(2000), undefined]).properties;
  expect([small?.cells, large?.cells, none?.cells]).toEqual([2, 2000, null]);
  expect((large?.groups as unknown[]).length).toBe(2000);
});

it('there are as many areas as results, and fewer where the text is very long, but one', () => {
  expect(answered([{}, {}, {}], [stored(1), stored(1)]).properties.length).toBe(2);
  const long = { text: 'x'.repeat(9 * 2 ** 20) };
  expect(answered([long, long, long], [undefined, undefined, undefined]).properties.length).toBe(1);
  expect(answered([{}, long, long], [undefined, undefined, undefined]).properties.length).toBe(2);
});

it('the tag changes with an answer', () => {
  const tags = [[stored(1)], [stored(2)], [undefined]].map((results) => answered([{}], results).tag);
  expect(new Set(tags).size).toBe(3);
  expect(answered([{}], [stored(1)]).tag).toBe(tags[0]);
});
