import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { Drawers } from '../../src/job-cache/drawers.ts';
import { type JobCache, KeyNotFoundError, openJobCache } from '../../src/job-cache/job-cache.ts';
import { all, hour } from '../store-fixture.ts';
import { noBytes } from '../stores/store-suite.ts';

export interface DrawersFixture {
  /** Drawers with nothing in them. */
  open(): Promise<Drawers>;
  /** Makes what is in them that much older. */
  letPass(milliseconds: number): Promise<void>;
  /** Every key, field or file that is left, in any form. */
  left(): Promise<readonly string[]>;
  /** So many keys are listed, several pages of them where there are pages; default 1,100. */
  readonly manyKeys?: number;
}

const one = Uint8Array.of(1);

const awkwardNames = [
  'a:b',
  'a=b',
  'a b',
  ' ',
  'a\nb',
  'a\\b',
  '*',
  '[a]',
  'a?',
  '{a}',
  '}{',
  '~7B',
  '%2e%2e',
  '%2F',
  '...',
  '.a',
  'a.',
  '~',
  'A',
  'con',
  'tmp',
  'é',
  'e\u0301',
  '流域',
  '🏞️',
  '\u{10ffff}',
  '\u0001',
  'constructor',
  '__proto__',
  'job',
  'request',
];

/** The promises of the job cache, with any drawers. */
export function jobCacheSuite(name: string, { open, letPass, left, manyKeys = 1100 }: DrawersFixture): void {
  describe(`the job cache in ${name}`, () => {
    let drawers: Drawers;
    let cache: JobCache;
    const opened = (scope: string, ttlMilliseconds = 60 * hour) => openJobCache(drawers, { scope, ttlMilliseconds });
    beforeEach(async () => {
      drawers = await open();
      cache = opened('request-1');
    });

    const values: ReadonlyArray<readonly [string, Uint8Array]> = [
      ['no byte at all', new Uint8Array()],
      ['0x00', Uint8Array.of(0)],
      ['0xff', Uint8Array.of(0xff)],
      ['every byte', Uint8Array.from({ length: 256 }, (_, byte) => byte)],
      ['5 MB of noise', randomBytes(5_000_000)],
      ['5 MB of one byte', new Uint8Array(5_000_000).fill(0xff)],
      ['a part of a larger buffer', Uint8Array.of(1, 2, 3, 4).subarray(1, 3)],
    ];
    it.each(values)('gives back %s exactly, by whatever way', async (_, value) => {
      await cache.set('group/key', value);
      for (const [view, path] of [
        [cache, 'group/key'],
        [cache.group('group'), 'key'],
        [opened('request-1'), 'group/key'],
      ] as const) {
        expect(Buffer.compare(await view.get(path), value)).toBe(0);
      }
      expect(await cache.has('group/key')).toBe(true);
    });

    it.each(noBytes)(
      'refuses %s as a value with a sentence, in groups too, and changes nothing',
      async (_, value, what) => {
        await cache.set('group/key', one);
        for (const [view, path] of [
          [cache, 'group/key'],
          [cache.group('group'), 'key'],
        ] as const) {
          const message = `the value for "group/key" in the job cache of request request-1 ${what}`;
          await expect(view.set(path, value as never)).rejects.toThrow(new TypeError(message));
        }
        await expect(cache.set('new', value as never)).rejects.toThrow(TypeError);
        expect([...(await cache.get('group/key'))]).toEqual([1]);
        expect(await listed(cache.keys())).toEqual([]);
      },
    );

    it('refuses what is no path and no option with a sentence', async () => {
      for (const path of [undefined, null, 5, ['a'], one] as unknown as string[]) {
        const message = /^a path of a job cache is .*, expected text$/;
        const calls = [
          async () => cache.get(path),
          async () => cache.set(path, one),
          async () => cache.has(path),
          async () => cache.delete(path),
          async () => cache.group(path),
        ];
        for (const call of calls) await expect(call()).rejects.toThrow(message);
      }
      await expect(cache.set('a', one, 5 as never)).rejects.toThrow('the options of a write is the number 5, expected');
      for (const options of [undefined, null, {}, { scope: 5 }, { scope: 'a' }, { scope: 'a', ttlMilliseconds: '5' }]) {
        expect(() => openJobCache(drawers, options as never)).toThrow(
          /^(the options|a scope|ttlMilliseconds) of a job cache is/,
        );
      }
      expect(() => openJobCache({} as never, { scope: 'a', ttlMilliseconds: 1 })).toThrow(
        /^the drawers of a job cache is/,
      );
      expect(await left()).toEqual([]);
    });

    it('answers that it kept a value, which can be verified', async () => {
      expect(await cache.set('group/key', randomBytes(50_000))).toBe(true);
      expect(await cache.set('group/key', one, { verify: true })).toBe(true);
      expect(await cache.group('group').set('key', new Uint8Array(), { verify: true })).toBe(true);
    });

    it(`yields the keys with their values, of a group without what is in groups, also of ${manyKeys}`, async () => {
      const here = cache.group('parts');
      const keys = Array.from({ length: manyKeys }, (_, index) => `key ${index}`);
      for (let at = 0; at < keys.length; at += 100) {
        await Promise.all(keys.slice(at, at + 100).map((key) => here.set(key, Buffer.from(key))));
      }
      for (const path of ['parts/inner/key 1', 'parts2/key 1', 'other', 'both', 'both/key']) await cache.set(path, one);
      const found = await all(here.items());
      expect(found.map(([key]) => key).sort()).toEqual([...keys].sort());
      expect(found.filter(([key, value]) => Buffer.from(value).toString() !== key)).toEqual([]);
      expect((await all(cache.items())).map(([key, value]) => [key, ...value]).sort()).toEqual([
        ['both', 1],
        ['other', 1],
      ]);
      expect(await all(cache.group('missing').items())).toEqual([]);
      const [, value] = found[0] as (typeof found)[0];
      expect(value.buffer.byteLength).toBe(value.length);
    });

    it('leaves out of its items what is removed meanwhile', async () => {
      const keys = Array.from({ length: 200 }, (_, index) => `key ${index}`);
      for (const key of keys) await cache.set(key, one);
      const seen: string[] = [];
      for await (const [key] of cache.items()) {
        if (seen.length === 0)
          await Promise.all(keys.filter((other) => other !== key).map((other) => cache.delete(other)));
        seen.push(key);
      }
      // Chunks that were read with the first one may still come.
      expect(seen.length).toBeLessThan(100);
      expect(new Set(seen).size).toBe(seen.length);
      expect(await all(cache.items())).toEqual([[seen[0], one]]);
    });

    it('the drawer beneath keeps any bytes as they are, also none, and of a larger buffer only the part', async () => {
      const drawer = drawers.drawer('request/request-1');
      await drawer.set('part', Uint8Array.of(1, 2, 3, 4).subarray(1, 3), { ttlMilliseconds: 60 * hour });
      await drawer.set('empty', new Uint8Array(), { ttlMilliseconds: 60 * hour });
      expect([...((await drawer.get('part')) ?? [])]).toEqual([2, 3]);
      expect([...((await drawer.get('empty')) ?? [9])]).toEqual([]);
      expect(await drawer.has('empty')).toBe(true);
      expect(await drawer.get('missing')).toBeUndefined();
      const together = await drawer.getMany(['missing', 'part', 'part']);
      expect(together.map((value) => value && [...value])).toEqual([undefined, [2, 3], [2, 3]]);
      expect(await drawer.getMany([])).toEqual([]);
      // It is damaged, to a job cache.
      await expect(cache.get('empty')).rejects.toThrow(KeyNotFoundError);
    });

    it('takes in and hands out arrays that may be changed, with a buffer of their own', async () => {
      const mine = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
      await cache.set('key', mine);
      mine.fill(9);
      const theirs = await cache.get('key');
      expect([...new Uint16Array(theirs.buffer)]).toHaveLength(4);
      theirs.fill(8);
      expect([...(await cache.get('key'))]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    it('has no value at a missing key, at a group, under a missing parent, or beneath a value', async () => {
      await cache.set('group/key', one);
      await cache.set('group/inner/key', one);
      for (const path of [
        'missing',
        'group',
        'group/inner',
        'missing/key',
        'group/key/child',
        'grou',
        'group/ke',
        'key',
      ]) {
        const reading = cache.get(path);
        await expect(reading).rejects.toThrow(KeyNotFoundError);
        await expect(reading).rejects.toThrow(`the job cache of request request-1 has no value at "${path}"`);
        expect(await cache.has(path)).toBe(false);
        expect(await cache.delete(path)).toBe(false);
      }
      await expect(cache.group('group').get('inner')).rejects.toThrow(/no value at "group\/inner"$/);
      expect(await cache.group('group').has('inner')).toBe(false);
      expect(await cache.has('group/key')).toBe(true);
      expect(await cache.has('group/inner/key')).toBe(true);
    });

    it('replaces, and deletes once', async () => {
      await cache.set('a/key', Uint8Array.of(1, 2, 3));
      await cache.set('a/key', Uint8Array.of(9));
      expect([...(await cache.get('a/key'))]).toEqual([9]);
      expect(await cache.group('a').delete('key')).toBe(true);
      await expect(cache.get('a/key')).rejects.toThrow(KeyNotFoundError);
      expect(await cache.delete('a/key')).toBe(false);
      expect(await listed(cache.groups())).toEqual([]);
    });

    it('group a/b is group a, then group b, and needs not be made before', async () => {
      await cache.set('a/b/c', Uint8Array.of(7));
      expect([...(await cache.group('a/b').get('c'))]).toEqual([7]);
      expect([...(await cache.group('a').group('b').get('c'))]).toEqual([7]);
      expect([...(await cache.group('a').get('b/c'))]).toEqual([7]);
      await cache.group('a').group('b').set('d', Uint8Array.of(8));
      expect([...(await cache.get('a/b/d'))]).toEqual([8]);
      expect(await listed(cache.group('a/b').keys())).toEqual(['c', 'd']);
    });

    it('lists direct keys, never groups nor what is in them; and groups likewise', async () => {
      for (const path of ['x', 'y', 'both', 'both/x', 'group/one', 'group/two', 'group/inner/three', 'other/deep/er']) {
        await cache.set(path, one);
      }
      expect(await listed(cache.keys())).toEqual(['both', 'x', 'y']);
      expect(await listed(cache.groups())).toEqual(['both', 'group', 'other']);
      expect(await listed(cache.group('group').keys())).toEqual(['one', 'two']);
      expect(await listed(cache.group('group').groups())).toEqual(['inner']);
      expect(await listed(cache.group('other').keys())).toEqual([]);
      expect(await listed(cache.group('missing').keys())).toEqual([]);
      expect(await listed(cache.group('x').keys())).toEqual([]);
      expect(await listed(cache.group('missing').groups())).toEqual([]);
    });

    it('does not take folder2 for folder, nor a group for what begins like it', async () => {
      for (const path of ['folder/a', 'folder2/b', 'fold/c', 'folder', 'folder2']) await cache.set(path, one);
      expect(await listed(cache.group('folder').keys())).toEqual(['a']);
      await cache.group('folder').clear();
      expect(await listed(cache.keys())).toEqual(['folder', 'folder2']);
      expect(await listed(cache.groups())).toEqual(['fold', 'folder2']);
    });

    it(`lists ${manyKeys} keys fully, each once, and clears them`, async () => {
      const names = Array.from({ length: manyKeys }, (_, index) => `part-${index}`).sort();
      for (let at = 0; at < names.length; at += 50) {
        await Promise.all(names.slice(at, at + 50).map((key) => cache.set(`parts/${key}`, one)));
      }
      await cache.set('result', one);
      expect(await listed(cache.group('parts').keys())).toEqual(names);
      await cache.group('parts').clear();
      expect(await listed(cache.group('parts').keys())).toEqual([]);
      expect(await listed(cache.keys())).toEqual(['result']);
      await cache.clear();
      expect(await left()).toEqual([]);
      // A store that looks into each object while listing takes its time on a busy machine.
    });

    it('lets what it lists be read and deleted on the way', async () => {
      for (let key = 0; key < 50; key++) await cache.set(`${key}`, Uint8Array.of(key));
      let sum = 0;
      for await (const key of cache.keys()) {
        sum += (await cache.get(key))[0] ?? 0;
        await cache.delete(key);
      }
      expect(sum).toBe(1225);
      expect(await left()).toEqual([]);
    });

    it('keeps awkward names apart, as keys, as groups and as scopes', async () => {
      for (const awkward of awkwardNames) {
        await cache.set(awkward, Buffer.from(awkward));
        await cache.set(`${awkward}/in`, Buffer.from(`in ${awkward}`));
        await opened(awkward).set('key', Buffer.from(`scope ${awkward}`));
      }
      expect(await listed(cache.keys())).toEqual([...awkwardNames].sort());
      expect(await listed(cache.groups())).toEqual([...awkwardNames].sort());
      for (const awkward of awkwardNames) {
        expect(text(await cache.get(awkward))).toBe(awkward);
        expect(text(await cache.group(awkward).get('in'))).toBe(`in ${awkward}`);
        expect(await listed(cache.group(awkward).keys())).toEqual(['in']);
        expect(text(await opened(awkward).get('key'))).toBe(`scope ${awkward}`);
      }
      for (const awkward of awkwardNames) {
        await opened(awkward).clear();
        await expect(opened(awkward).get('key')).rejects.toThrow(KeyNotFoundError);
        await cache.group(awkward).clear();
        expect(await cache.delete(awkward)).toBe(true);
      }
      expect(await left()).toEqual([]);
    });

    it('keeps the longest path of the longest scope, and lists it', async () => {
      const wide = '🏞';
      const longest = openJobCache(drawers, {
        scope: wide.repeat(50),
        prefix: wide.repeat(50),
        ttlMilliseconds: 60 * hour,
      });
      const path = `${wide.repeat(200)}/${wide.repeat(199)}b`;
      expect(path.length).toBe(800);
      await longest.set(path, one);
      await longest.set(path.replace(/b$/, 'c'), Uint8Array.of(2));
      expect([...(await longest.get(path))]).toEqual([1]);
      expect(await listed(longest.group(wide.repeat(200)).keys())).toEqual([
        `${wide.repeat(199)}b`,
        `${wide.repeat(199)}c`,
      ]);
    });

    it('is a flat map of paths, whatever they are', async () => {
      const name = fc
        .string({ unit: 'binary', minLength: 1, maxLength: 8 })
        .filter((word) => !/[/\0]/.test(word) && word !== '.' && word !== '..');
      const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((words) => words.join('/'));
      await fc.assert(
        fc.asyncProperty(fc.dictionary(path, fc.uint8Array(), { maxKeys: 5, noNullPrototype: true }), async (map) => {
          const entries = Object.entries(map);
          for (const [key, value] of entries) await cache.set(key, value);
          for (const [key, value] of entries) expect([...(await cache.get(key))]).toEqual([...value]);
          const here = Object.keys(map).filter((key) => !key.includes('/'));
          expect(await listed(cache.keys())).toEqual(here.sort());
          await cache.clear();
          expect(await left()).toEqual([]);
        }),
        { numRuns: 40 },
      );
    });

    it('shares nothing between two requests, nor between a request and a computation of the same id', async () => {
      const computation = openJobCache(drawers, {
        scope: 'request-1',
        prefix: 'computation',
        ttlMilliseconds: 60 * hour,
      });
      const others = [opened('request-2'), opened('request-11'), opened('request'), computation];
      await cache.set('a/key', one);
      for (const other of others) {
        expect(await other.has('a/key')).toBe(false);
        expect(await listed(other.groups())).toEqual([]);
        await other.set('a/key', Uint8Array.of(2));
      }
      expect([...(await cache.get('a/key'))]).toEqual([1]);
      await cache.clear();
      expect(await cache.has('a/key')).toBe(false);
      expect(await listed(cache.groups())).toEqual([]);
      for (const other of others) expect([...(await other.get('a/key'))]).toEqual([2]);
    });

    it('clears a group with the groups in it, and nothing beside it; and what is not there', async () => {
      for (const path of ['a', 'a/b', 'a/b/c', 'a/d/e', 'b/a']) await cache.set(path, one);
      await cache.group('a').group('b').clear();
      expect(await listed(cache.group('a/b').keys())).toEqual([]);
      expect(await listed(cache.group('a').keys())).toEqual(['b']);
      await cache.group('a').clear();
      expect(await listed(cache.keys())).toEqual(['a']);
      expect(await listed(cache.groups())).toEqual(['b']);
      await cache.group('a').clear();
      await opened('nobody').clear();
      expect(await listed(cache.keys())).toEqual(['a']);
    });

    it('keeps what a job has left for when it is tried again', async () => {
      await opened('request-1').set('half/done', Uint8Array.of(5));
      const again = opened('request-1');
      expect([...(await again.get('half/done'))]).toEqual([5]);
      expect(await listed(again.group('half').keys())).toEqual(['done']);
    });

    it('serves a value for its time to live, and leaves nothing when none was set for so long', async () => {
      await cache.set('first', one);
      await letPass(40 * hour);
      await cache.set('group/second', one);
      await letPass(19 * hour);
      expect(await cache.has('first')).toBe(true);
      expect([...(await cache.get('first'))]).toEqual([1]);
      await letPass(30 * hour);
      expect([...(await cache.get('group/second'))]).toEqual([1]);
      await letPass(12 * hour);
      await expect(cache.get('group/second')).rejects.toThrow(KeyNotFoundError);
      await expect(cache.get('first')).rejects.toThrow(KeyNotFoundError);
      expect(await cache.has('group/second')).toBe(false);
      expect(await cache.delete('group/second')).toBe(false);
      expect(await listed(cache.keys())).toEqual([]);
      expect(await listed(cache.groups())).toEqual([]);
    });

    it('a value set again lives its full time again, and reading prolongs nothing', async () => {
      await cache.set('key', one);
      await letPass(40 * hour);
      await cache.set('key', Uint8Array.of(2));
      await letPass(40 * hour);
      expect([...(await cache.get('key'))]).toEqual([2]);
      await cache.has('key');
      await listed(cache.keys());
      await letPass(21 * hour);
      await expect(cache.get('key')).rejects.toThrow(KeyNotFoundError);
    });

    it('a job with a shorter time to live takes none from the others', async () => {
      await cache.set('long', one);
      await opened('request-1', 1000).set('short', one);
      await letPass(50 * hour);
      expect(await cache.has('long')).toBe(true);
      await letPass(11 * hour);
      expect(await cache.has('long')).toBe(false);
    });

    it('loses nothing of what many jobs set at once', async () => {
      await Promise.all(
        Array.from({ length: 200 }, (_, job) =>
          opened('request-1').set(`parts/${job}`, Buffer.from(`${job}`.repeat(500))),
        ),
      );
      for (let job = 0; job < 200; job++) {
        expect(text(await cache.get(`parts/${job}`))).toBe(`${job}`.repeat(500));
      }
    });

    it.each([
      ['', /names joined by single slashes/],
      ['/', /names joined by single slashes/],
      ['/x', /names joined by single slashes/],
      ['x/', /names joined by single slashes/],
      ['a//b', /names joined by single slashes/],
      ['.', /none is '\.' or '\.\.'/],
      ['..', /none is '\.' or '\.\.'/],
      ['../x', /the path "\.\.\/x" of a job cache is not names/],
      ['a/../../x', /names joined/],
      ['a/./b', /names joined/],
      ['a/..', /names joined/],
      ['a\0b', /contains NUL: "a\\u0000b"/],
      ['a\ud800', /surrogate/],
      ['x'.repeat(801), /80[13] characters, expected at most 800/],
    ])('refuses the path %j, in a group too, and changes nothing', async (path, message) => {
      await cache.set('a/b', one);
      const before = await left();
      for (const view of [cache, cache.group('a')]) {
        const uses = [view.get(path), view.set(path, one), view.delete(path), view.has(path)];
        for (const use of await Promise.allSettled(uses)) {
          const { message: said, name: kind } = (use as PromiseRejectedResult).reason as Error;
          expect([use.status, kind]).toEqual(['rejected', 'RangeError']);
          expect(said).toMatch(message);
        }
        expect(() => view.group(path)).toThrow(RangeError);
      }
      expect(await left()).toEqual(before);
    });

    it('counts the groups into the length of a path', async () => {
      const inner = cache.group('x'.repeat(700));
      await inner.set('y'.repeat(99), one);
      await expect(inner.set('y'.repeat(100), one)).rejects.toThrow('a path has 801 characters, expected at most 800');
    });
  });
}

export async function listed(names: AsyncIterable<string>): Promise<string[]> {
  return (await all(names)).sort();
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
