import fc from 'fast-check';
import { byteTable } from '../../src/tables/byte-table.ts';
import { countTable } from '../../src/tables/choose-count-table.ts';
import { codedTable } from '../../src/tables/coded-table.ts';
import type { CountTable } from '../../src/tables/count-table.ts';
import { directTable } from '../../src/tables/direct-table.ts';
import { TooManyGroupsError } from '../../src/tables/hash-numbers.ts';
import { hashTable } from '../../src/tables/hash-table.ts';
import { wordsOf } from '../../src/tiles/sample-words.ts';
import type { Samples, SampleType } from '../../src/tiles/samples.ts';
import { arrays } from '../pictures.ts';

const many = 1e6;
const limits = { denseEntries: 2 ** 16, groups: many };

/** Every table that can count rasters of these types, by its special property. */
function tablesFor(types: readonly SampleType[]): Record<string, CountTable> {
  const bytes = types.map((type) => arrays[type].BYTES_PER_ELEMENT);
  const narrow = Math.max(...bytes) <= 2;
  return {
    hash: hashTable(types, many),
    chosen: countTable(types, limits),
    'chosen, nothing dense': countTable(types, { denseEntries: 0, groups: many }),
    ...(bytes.reduce((sum, each) => sum + each, 0) <= 2 && {
      direct: directTable(types),
      'direct, flushed often': directTable(types, 100),
    }),
    ...(bytes.join() === '1' && {
      'neighbours together': byteTable(types[0]!, { neighboursFrom: 0 }),
      'neighbours together, flushed often': byteTable(types[0]!, { neighboursFrom: 50, flushAfter: 100 }),
    }),
    ...(narrow && {
      coded: codedTable(types, limits),
      'coded, soon hashed': codedTable(types, { denseEntries: 16, groups: many }),
      'coded, at once hashed': codedTable(types, { denseEntries: 0, groups: many }),
    }),
  };
}

function counted(table: CountTable): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { samples, cells } of table.groups()) sums[samples.join()] = (sums[samples.join()] ?? 0) + cells;
  return sums;
}

function naive(rasters: readonly Samples[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (let i = 0; i < rasters[0]!.length; i++) {
    const key = rasters.map((samples) => samples[i]!).join();
    sums[key] = (sums[key] ?? 0) + 1;
  }
  return sums;
}

/** The beginning of a raster's samples in their array, and of the array in its buffer. */
interface Place {
  readonly first: number;
  readonly inBuffer: number;
}

/** Adds the rasters in runs. */
function addAll(
  table: CountTable,
  rasters: readonly Samples[],
  runs: readonly number[],
  places: readonly Place[],
): void {
  const placeOf = (raster: number) => places[raster % places.length]!;
  const words = rasters.map((samples, raster) => {
    const { first, inBuffer } = placeOf(raster);
    const array = new arrays[typeOf(samples)](inBuffer + first + samples.length).subarray(inBuffer);
    array.set(samples as never, first);
    return wordsOf(array as Samples);
  });
  const own = words.map((one, raster) => ({ words: one, origin: placeOf(raster).first, stride: 2 }));
  let [added, cells]: [number[], number] = [[], 0];
  for (let at = 0, run = 0; at < rasters[0]!.length; run++) {
    const length = Math.min(runs[run % runs.length]!, rasters[0]!.length - at);
    at += length;
    cells += length;
    // Each row begins two samples after the one before it.
    added.push(run, at - length - 2 * run, at - 2 * run);
    if (run % 3 === 1 && at < rasters[0]!.length) continue;
    table.add({ runs: Int32Array.from(added), cells, rasters: own });
    [added, cells] = [[], 0];
  }
}

function typeOf(samples: Samples): SampleType {
  return (Object.keys(arrays) as SampleType[]).find((type) => samples instanceof arrays[type])!;
}

const kinds: Record<SampleType, fc.Arbitrary<number>> = {
  uint8: fc.nat(255),
  int8: fc.integer({ min: -128, max: 127 }),
  uint16: fc.nat(65_535),
  int16: fc.integer({ min: -32_768, max: 32_767 }),
  uint32: fc.nat(2 ** 32 - 1),
  int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  float32: fc.float({ noNaN: true }),
  float64: fc.double({ noNaN: true }),
};

/** Rasters with runs of few or many values. */
const rastersOf = fc
  .record({
    types: fc.array(fc.constantFrom(...(Object.keys(arrays) as SampleType[])), { minLength: 1, maxLength: 6 }),
    narrow: fc.boolean(),
    length: fc.integer({ min: 1, max: 3000 }),
    palette: fc.integer({ min: 1, max: 300 }),
    seed: fc.nat(),
  })
  .chain(({ types, narrow, length, palette, seed }) => {
    const used = narrow
      ? types.slice(0, 3).map((type) => (arrays[type].BYTES_PER_ELEMENT > 2 ? 'uint8' : type))
      : types;
    return fc.tuple(...used.map((type) => fc.array(kinds[type], { minLength: 1, maxLength: palette }))).map((values) =>
      used.map((type, raster) => {
        const next = random(seed + raster);
        const samples = new arrays[type](length);
        for (let i = 0; i < length; i++) {
          const repeats = i > 0 && next() < 0.5;
          samples[i] = repeats ? samples[i - 1]! : values[raster]![Math.floor(next() * values[raster]!.length)]!;
        }
        return samples;
      }),
    );
  });

function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

const atFront = [{ first: 0, inBuffer: 0 }];
const placesOf = fc.array(fc.record({ first: fc.nat(5), inBuffer: fc.nat(5) }), { minLength: 1, maxLength: 2 });

describe('every table', () => {
  it('counts as a map of combinations would, whatever the types, the values, the runs and where they lie', () => {
    fc.assert(
      fc.property(
        rastersOf,
        fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2500 })), {
          minLength: 1,
          maxLength: 5,
        }),
        placesOf,
        (rasters, runs, places) => {
          const expected = naive(rasters);
          for (const [name, table] of Object.entries(tablesFor(rasters.map(typeOf)))) {
            addAll(table, rasters, runs, places);
            expect([name, counted(table)]).toEqual([name, expected]);
            if (name === 'coded') expect(Array.from(table.groups())).toHaveLength(Object.keys(expected).length);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('can be read and then counted on', () => {
    const samples = Uint8Array.of(3, 3, 200);
    for (const [name, table] of Object.entries(tablesFor(['uint8']))) {
      addAll(table, [samples], [3], atFront);
      counted(table);
      addAll(table, [samples], [1], atFront);
      expect([name, counted(table)]).toEqual([name, { 3: 4, 200: 2 }]);
    }
  });
});

it('two areas whose cells come by turns do not mix the neighbours that they count in one table', () => {
  const tables = [4, 7].map((value) => ({ value, table: byteTable('uint8', { neighboursFrom: 50 }) }));
  for (const length of [60, 20, 300])
    for (const { value, table } of tables) addAll(table, [new Uint8Array(length).fill(value)], [length], atFront);
  expect(tables.map(({ table }) => counted(table))).toEqual([{ 4: 380 }, { 7: 380 }]);
});

it('a value that only one cell has is found, wherever that lies and whatever was counted before', () => {
  for (const types of [['uint8'], ['uint8', 'uint8']] as const) {
    for (let lone = 0; lone < 40; lone++) {
      const table = directTable(types);
      const all = types.map(() => new Uint8Array(40));
      addAll(table, all, [40], atFront);
      for (const raster of all) raster[lone] = 6;
      addAll(table, all, [40], atFront);
      const [none, one] = types.length === 1 ? ['0', '6'] : ['0,0', '6,6'];
      expect(counted(table)).toEqual({ [none]: 79, [one]: 1 });
    }
  }
});

describe('a hash table', () => {
  it('throws at one combination more than it may hold', () => {
    const samples = Uint32Array.from({ length: 1000 }, (_, i) => i % 700);
    const table = hashTable(['uint32'], 700);
    addAll(table, [samples], [1000], atFront);
    expect(Object.keys(counted(table))).toHaveLength(700);
    expect(() => addAll(table, [Uint32Array.of(5, 700)], [2], atFront)).toThrow(TooManyGroupsError);
    expect(() => addAll(table, [Uint32Array.of(701)], [1], atFront)).toThrow(
      'the rasters have more than 700 combinations of values in this area',
    );
  });
});
