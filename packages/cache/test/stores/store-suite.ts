import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { encodeEntry } from '../../src/entry.ts';
import { boundedStore } from '../../src/layers/bounded-store.ts';
import { memoryLedger } from '../../src/layers/ledger.ts';
import { maxKeyLength, type Store, StoreError } from '../../src/stores/store.ts';
import { all, hour, type StoreFixture } from '../store-fixture.ts';
import { fenceSuite } from './fence-suite.ts';

export { all } from '../store-fixture.ts';

const awkwardKeys = [
  'a',
  'A',
  ' ',
  '.',
  '..',
  '../x',
  '../../etc/passwd',
  '/etc/passwd',
  '/',
  '//',
  'a/b',
  'a//b',
  'a\\b',
  'C:\\x',
  'a:b=c',
  'a b',
  'a\nb',
  '\u0001',
  '*',
  'a*',
  'a?',
  '[a]',
  '[^a]',
  '\\',
  '{}',
  '{a}b',
  '}{',
  'a{b',
  '~',
  '~7B',
  '%',
  '%2e%2e',
  '%7B',
  'con',
  'tmp',
  'é',
  'e\u0301',
  '流域',
  '🏞️',
  '\u{10ffff}',
  'x'.repeat(maxKeyLength),
  `${'x'.repeat(maxKeyLength - 1)}y`,
  '🏞'.repeat(maxKeyLength / 2),
  '/'.repeat(maxKeyLength),
];

const forEver = { freshUntil: null, hardUntil: null };

/** Values that callers without types may hand over, and what the sentence says of each. */
export const noBytes: ReadonlyArray<readonly [string, unknown, string]> = (
  [
    ['text', 'text', 'is the text "text"'],
    ['a number', 5, 'is the number 5'],
    ['nothing', undefined, 'is undefined'],
    ['null', null, 'is null'],
    ['an object', { a: 1 }, 'is a plain object'],
    ['a list of numbers', [1, 2], 'is a list'],
    ['an ArrayBuffer', new ArrayBuffer(2), 'is an ArrayBuffer'],
    ['a DataView', new DataView(new ArrayBuffer(2)), 'is a DataView'],
    ['an array of longer numbers', new Uint16Array(2), 'is a Uint16Array'],
    ['a promise', Promise.resolve(Uint8Array.of(1)), 'is a Promise'],
    ['a function', () => Uint8Array.of(1), 'is a function'],
  ] as const
).map(([title, value, what]) => [title, value, `${what}, expected bytes: a Uint8Array or Buffer`]);

/** The promises of every store, wherever it keeps its bytes. */
export function storeSuite(name: string, fixture: StoreFixture): void {
  fenceSuite(name, fixture);
  const { open, letPass, manyKeys = 2500 } = fixture;
  describe(`the ${name} store`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    const values: ReadonlyArray<readonly [string, Uint8Array]> = [
      ['no byte at all', new Uint8Array()],
      ['0x00', Uint8Array.of(0)],
      ['0xff', Uint8Array.of(0xff)],
      ['line ends', Buffer.from('\r\n$5\r\n')],
      ['every byte', Uint8Array.from({ length: 256 }, (_, byte) => byte)],
      ['5 MB', randomBytes(5_000_000)],
      ['a part of a larger buffer', Uint8Array.of(1, 2, 3, 4).subarray(1, 3)],
    ];
    it.each(values)('gives back %s exactly', async (_, value) => {
      await store.set('key', value);
      expect(same(await store.get('key'), value)).toBe(true);
    });

    it('answers whether it kept a value, which can be verified', async () => {
      expect(await store.set('key', randomBytes(100_000))).toBe(true);
      expect(await store.set('key', Uint8Array.of(1))).toBe(true);
      expect(await store.set('key', Uint8Array.of(2), { verify: true })).toBe(true);
      expect(await store.set('empty', new Uint8Array(), { verify: true, ttlMilliseconds: 60_000 })).toBe(true);
      expect(await store.set('large', randomBytes(1_000_000), { verify: true })).toBe(true);
      expect(numbers(await store.get('key'))).toEqual([2]);
    });

    it('within a limit answers false for a value that alone is over it, and then has nothing there', async () => {
      const bounded = boundedStore(store, memoryLedger({ maxBytes: 1000 }));
      const entryOf = (bytes: number) =>
        encodeEntry({ ...forEver, value: randomBytes(bytes), computedAt: 0, costMs: 0, schemaVersion: 1 });
      for (const verify of [false, true]) {
        expect(await bounded.set('key', Uint8Array.of(1), { verify })).toBe(true);
        expect(await bounded.set('key', new Uint8Array(1001), { verify })).toBe(false);
        expect(await store.get('key')).toBeUndefined();
        const epoch = await bounded.fence.epoch('key');
        expect(await bounded.fence.write('key', entryOf(10), { epoch, verify })).toBe(true);
        expect(await bounded.fence.write('key', entryOf(1001), { epoch, verify })).toBe(false);
        expect(await bounded.get('key')).toBeUndefined();
      }
    });

    it('reads many values in the order of their keys, also twice, and none', async () => {
      const keys = Array.from({ length: 1200 }, (_, index) => `geop:huc12:${index}`);
      const odd = keys.filter((_, index) => index % 2 === 1);
      await Promise.all(odd.map((key) => store.set(key, Buffer.from(key))));
      await store.set('short', Uint8Array.of(1), { ttlMilliseconds: 1000 });
      await letPass(2000);
      const asked = [...keys, 'short', ...keys.slice(0, 4), '{a}~'];
      const found = await store.getMany(asked);
      expect(found.map((value) => value && Buffer.from(value).toString())).toEqual(
        asked.map((key) => (odd.includes(key) ? key : undefined)),
      );
      expect(await store.getMany([])).toEqual([]);
      const [mine, theirs] = await store.getMany(['geop:huc12:1', 'geop:huc12:1']);
      mine?.fill(0);
      expect(theirs && Buffer.from(theirs).toString()).toBe('geop:huc12:1');
    });

    it.each(noBytes)('refuses %s as a value with a sentence, and changes nothing', async (_, value, what) => {
      await store.set('key', Uint8Array.of(1));
      const message = `the value of key ${what}`;
      await expect(store.set('key', value as never)).rejects.toThrow(new TypeError(message));
      const epoch = await store.fence.epoch('key');
      const entry = `the entry of key ${what}`;
      await expect(store.fence.write('key', value as never, { epoch })).rejects.toThrow(new TypeError(entry));
      expect(numbers(await store.get('key'))).toEqual([1]);
    });

    it('refuses what is no key or no option with a sentence', async () => {
      const value = Uint8Array.of(1);
      for (const key of [undefined, null, 5, ['key'], Buffer.from('key')] as unknown as string[]) {
        const message = /^a (key|prefix) is .*, expected text$/;
        const calls = [
          () => store.get(key),
          () => store.getMany([key]),
          () => store.head(key, 1),
          () => store.set(key, value),
          () => store.delete(key),
          () => store.ttlMilliseconds(key),
          () => all(store.keys(key)),
          () => store.fence.epoch(key),
          () => store.fence.take(key, { name: 'fetch', holder: 'me', milliseconds: 5 }),
        ];
        for (const call of calls) await expect(call()).rejects.toThrow(message);
      }
      await expect(store.getMany('key' as never)).rejects.toThrow(
        'the keys of getMany is the text "key", expected a list',
      );
      await expect(store.set('key', value, 5 as never)).rejects.toThrow(
        /^the options of a write is the number 5, expected/,
      );
      for (const ttlMilliseconds of ['5', null, new Date()] as never[]) {
        await expect(store.set('key', value, { ttlMilliseconds })).rejects.toThrow(
          /^ttlMilliseconds is .*, expected a number$/,
        );
      }
      await expect(store.head('key', '5' as never)).rejects.toThrow(
        'length of head is the text "5", expected a number',
      );
      const lease = { name: 'fetch', holder: undefined as never, milliseconds: 5 };
      await expect(store.fence.take('key', lease)).rejects.toThrow('holder of a lease is undefined, expected text');
      expect(await listed(store, '')).toEqual([]);
    });

    it('hands out and takes in arrays that may be changed afterwards', async () => {
      const mine = Uint8Array.of(1, 2, 3);
      await store.set('key', mine);
      mine.fill(9);
      const theirs = await store.get('key');
      expect(numbers(theirs)).toEqual([1, 2, 3]);
      theirs?.fill(8);
      (await store.head('key', 2))?.fill(8);
      expect(numbers(await store.get('key'))).toEqual([1, 2, 3]);
    });

    it('reads the head of a value alone', async () => {
      await store.set('key', Uint8Array.of(1, 2, 3, 4, 5));
      await store.set('empty', new Uint8Array());
      expect(numbers(await store.head('key', 1))).toEqual([1]);
      expect(numbers(await store.head('key', 3))).toEqual([1, 2, 3]);
      expect(numbers(await store.head('key', 5))).toEqual([1, 2, 3, 4, 5]);
      expect(numbers(await store.head('key', 5000))).toEqual([1, 2, 3, 4, 5]);
      expect(numbers(await store.head('empty', 3))).toEqual([]);
      expect(await store.head('missing', 3)).toBeUndefined();
    });

    it('answers undefined, or false, for what it does not have', async () => {
      await store.set('key', Uint8Array.of(1));
      expect(await store.get('ke')).toBeUndefined();
      expect(await store.get('key2')).toBeUndefined();
      expect(await store.ttlMilliseconds('key2')).toBeUndefined();
      expect(await store.delete('key2')).toBe(false);
      expect(await listed(store, 'missing')).toEqual([]);
    });

    it('replaces a value, by a shorter one too', async () => {
      await store.set('key', Uint8Array.of(1, 2, 3));
      await store.set('key', Uint8Array.of(9));
      expect(numbers(await store.get('key'))).toEqual([9]);
      expect(await listed(store, '')).toEqual(['key']);
    });

    it('deletes once', async () => {
      await store.set('key', new Uint8Array());
      expect(await store.delete('key')).toBe(true);
      expect(await store.get('key')).toBeUndefined();
      expect(await store.delete('key')).toBe(false);
      expect(await listed(store, '')).toEqual([]);
    });

    it('serves a value for its time to live and no longer', async () => {
      await store.set('short', Uint8Array.of(1), { ttlMilliseconds: 60 * hour });
      await store.set('long', Uint8Array.of(2), { ttlMilliseconds: 600 * hour });
      await store.set('for ever', Uint8Array.of(3));
      await letPass(50 * hour);
      expect(numbers(await store.get('short'))).toEqual([1]);
      expect((await listed(store, '')).length).toBe(3);
      await letPass(11 * hour);
      expect(await store.get('short')).toBeUndefined();
      expect(numbers(await store.get('long'))).toEqual([2]);
      await letPass(10 * 365 * 86_400_000);
      expect(numbers(await store.get('for ever'))).toEqual([3]);
      expect(await listed(store, '')).toEqual(['for ever']);
    });

    it.each<readonly [string, (store: Store) => Promise<unknown>, unknown]>([
      ['get', (s) => s.get('key'), undefined],
      ['head', (s) => s.head('key', 1), undefined],
      ['ttlMilliseconds', (s) => s.ttlMilliseconds('key'), undefined],
      ['delete', (s) => s.delete('key'), false],
      ['keys', (s) => listed(s, ''), []],
    ])('does not know an expired value (%s)', async (_, ask, nothing) => {
      await store.set('key', Uint8Array.of(1), { ttlMilliseconds: 1000 });
      await letPass(2000);
      expect(await ask(store)).toEqual(nothing);
      await store.set('key', Uint8Array.of(2));
      expect(numbers(await store.get('key'))).toEqual([2]);
    });

    it('says how long a value has to live, and an overwrite starts anew', async () => {
      await store.set('key', Uint8Array.of(1), { ttlMilliseconds: 60 * hour });
      await letPass(20 * hour);
      const left = await store.ttlMilliseconds('key');
      expect(left).toBeGreaterThan(30 * hour);
      expect(left).toBeLessThanOrEqual(40 * hour);
      await store.set('key', Uint8Array.of(1), { ttlMilliseconds: 60 * hour + 0.5 });
      expect(await store.ttlMilliseconds('key')).toBeGreaterThan(50 * hour);
      await store.set('key', Uint8Array.of(1));
      expect(await store.ttlMilliseconds('key')).toBeNull();
      await letPass(600 * hour);
      expect(numbers(await store.get('key'))).toEqual([1]);
    });

    it('keeps awkward keys apart, lists each once, and deletes only the one meant', async () => {
      for (const key of awkwardKeys) await store.set(key, Buffer.from(key));
      for (const key of awkwardKeys) expect(same(await store.get(key), Buffer.from(key))).toBe(true);
      expect(await listed(store, '')).toEqual([...awkwardKeys].sort());
      for (const key of awkwardKeys) {
        expect(await store.delete(key)).toBe(true);
        expect(await store.get(key)).toBeUndefined();
      }
      expect(await listed(store, '')).toEqual([]);
    });

    it('lists by prefix, in which no character is special', async () => {
      for (const key of awkwardKeys) await store.set(key, Uint8Array.of(1));
      for (const prefix of [...awkwardKeys, '[a', 'a?x', '%2', '🏞'.repeat(300), 'x'.repeat(500), 'none']) {
        expect(await listed(store, prefix)).toEqual(awkwardKeys.filter((key) => key.startsWith(prefix)).sort());
      }
    });

    it('does not take folder2 for folder', async () => {
      for (const key of ['folder', 'folder/a', 'folder/b/c', 'folder2', 'folder2/a', 'a/folder/x']) {
        await store.set(key, Uint8Array.of(1));
      }
      expect(await listed(store, 'folder/')).toEqual(['folder/a', 'folder/b/c']);
      expect(await listed(store, 'folder2')).toEqual(['folder2', 'folder2/a']);
    });

    it(`lists ${manyKeys} keys fully, and they can be read and deleted on the way`, async () => {
      const keys = Array.from({ length: manyKeys }, (_, index) => `geop:huc12:${index}`);
      await Promise.all([...keys, 'geop:huc10:0'].map((key) => store.set(key, Uint8Array.of(1))));
      expect(await listed(store, 'geop:huc12:')).toEqual([...keys].sort());
      const read: string[] = [];
      for await (const key of store.keys('geop:huc12:')) {
        if (await store.get(key)) read.push(key);
        if (read.length > 2 * keys.length) break;
      }
      expect(read.sort()).toEqual([...keys].sort());
      for await (const key of store.keys('geop:huc12:')) await store.delete(key);
      expect(await listed(store, '')).toEqual(['geop:huc10:0']);
    });

    it('round-trips any key with any bytes', async () => {
      const key = fc
        .string({ unit: 'binary', minLength: 1, maxLength: 60 })
        .filter((text) => !text.includes('\0') && text.length <= maxKeyLength);
      await fc.assert(
        fc.asyncProperty(fc.dictionary(key, fc.uint8Array(), { maxKeys: 5, noNullPrototype: true }), async (values) => {
          const entries = Object.entries(values);
          for (const [name, value] of entries) await store.set(name, value);
          for (const [name, value] of entries) expect(numbers(await store.get(name))).toEqual([...value]);
          expect(await listed(store, '')).toEqual(Object.keys(values).sort());
          for (const [name] of entries) expect(await store.delete(name)).toBe(true);
        }),
        { numRuns: 50 },
      );
    });

    it('does not mix up calls that run at once', async () => {
      const keys = Array.from({ length: 200 }, (_, index) => `key${index}`);
      await Promise.all(keys.map((key) => store.set(key, Buffer.from(key.repeat(500)))));
      const values = await Promise.all(keys.map((key) => store.get(key)));
      expect(values.map((value) => value && Buffer.from(value).toString())).toEqual(keys.map((key) => key.repeat(500)));
    });

    it.each([
      ['', /empty/],
      ['a\0b', /NUL/],
      ['\ud800', /surrogate/],
      ['x'.repeat(maxKeyLength + 1), /1025 characters, expected at most 1024/],
    ])('refuses %j as a key', async (key, message) => {
      await expect(store.get(key)).rejects.toThrow(message);
      await expect(store.head(key, 1)).rejects.toThrow(message);
      await expect(store.set(key, Uint8Array.of(1))).rejects.toThrow(message);
      await expect(store.delete(key)).rejects.toThrow(message);
      await expect(store.ttlMilliseconds(key)).rejects.toThrow(message);
      if (key !== '') await expect(listed(store, key)).rejects.toThrow(message);
    });

    it('refuses a time to live or a length that is none', async () => {
      for (const ttlMilliseconds of [0, -1, Number.NaN, Infinity]) {
        await expect(store.set('key', Uint8Array.of(1), { ttlMilliseconds })).rejects.toThrow(/^ttlMilliseconds is/);
      }
      for (const length of [0, -1, 1.5, Number.NaN]) {
        await expect(store.head('key', length)).rejects.toThrow(/^head of/);
      }
    });

    it('says that it is closed, and may be closed twice', async () => {
      const listing = store.keys('');
      await store.close();
      await store.close();
      const calls = [
        store.get('key'),
        store.getMany(['key']),
        store.getMany([]),
        store.head('key', 1),
        store.set('key', Uint8Array.of(1)),
        store.delete('key'),
        store.ttlMilliseconds('key'),
        all(listing),
      ];
      for (const outcome of await Promise.allSettled(calls)) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: new StoreError(`the ${name} store is closed`) });
        expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(StoreError);
      }
    });
  });
}

async function listed(store: Store, prefix: string): Promise<string[]> {
  return (await all(store.keys(prefix))).sort();
}

function numbers(bytes: Uint8Array | undefined): number[] | undefined {
  return bytes && [...bytes];
}

/** Jest compares large arrays byte by byte and slowly. */
function same(actual: Uint8Array | undefined, expected: Uint8Array): boolean {
  return actual !== undefined && Buffer.compare(actual, expected) === 0;
}
