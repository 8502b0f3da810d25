import { encodeEntry } from '../../src/entry.ts';
import { type Fence, type Lease, maxKeyLength, type Store, StoreError } from '../../src/stores/store.ts';
import { all, hour, type StoreFixture } from '../store-fixture.ts';

const week = 7 * 24 * hour;
const mine: Lease = { name: 'refresh', holder: 'me', milliseconds: 10 * hour };
const yours: Lease = { ...mine, holder: 'you' };

/** The promises of every store about the leases and epochs beside its entries. */
export function fenceSuite(name: string, { open, letPass }: StoreFixture): void {
  describe(`the fence of the ${name} store`, () => {
    let store: Store;
    let fence: Fence;
    beforeEach(async () => {
      store = await open();
      fence = store.fence;
    });
    afterEach(() => store.close());

    const kept = async (key = 'key') => textOf(await store.get(key));

    it('gives a lease to one holder at a time', async () => {
      expect(await fence.take('key', mine)).toBe(true);
      expect(await fence.take('key', yours)).toBe(false);
      expect(await fence.take('key', { ...yours, name: 'other' })).toBe(true);
      expect(await fence.take('key2', yours)).toBe(true);
    });

    it('gives a lease to one of a hundred who want it at once', async () => {
      const holders = Array.from({ length: 100 }, (_, index) => ({ ...mine, holder: `holder ${index}` }));
      const taken = await Promise.all(holders.map((lease) => fence.take('key', lease)));
      expect(taken.filter(Boolean)).toEqual([true]);
    });

    it('frees a lease after its time, which its holder may renew', async () => {
      await fence.take('key', mine);
      await letPass(9 * hour);
      expect(await fence.take('key', yours)).toBe(false);
      expect(await fence.take('key', { ...mine, milliseconds: 20 * hour + 0.5 })).toBe(true);
      await letPass(18 * hour);
      expect(await fence.take('key', yours)).toBe(false);
      await letPass(3 * hour);
      expect(await fence.take('key', yours)).toBe(true);
      expect(await fence.take('key', mine)).toBe(false);
    });

    it('frees a lease when its holder lets go of it, and nobody else', async () => {
      await fence.take('key', mine);
      await fence.take('key', { ...yours, name: 'other' });
      await fence.release('key', yours);
      await fence.release('key2', mine);
      expect(await fence.take('key', yours)).toBe(false);
      await fence.release('key', mine);
      await fence.release('key', mine);
      expect(await fence.take('key', yours)).toBe(true);
      expect(await fence.take('key', { ...mine, name: 'other' })).toBe(false);
    });

    it('has no epoch at first; moving and removing change it, of that key alone', async () => {
      expect(await fence.epoch('key')).toBe('');
      const moved = await fence.move('key');
      expect(moved).not.toBe('');
      expect(await fence.epoch('key')).toBe(moved);
      expect(await fence.move('key')).not.toBe(moved);
      const before = await fence.epoch('key');
      await fence.remove('key');
      const removed = await fence.epoch('key');
      await fence.remove('key');
      expect(new Set(['', moved, before, removed, await fence.epoch('key')]).size).toBe(5);
      expect(await fence.epoch('key2')).toBe('');
    });

    it('remembers the epoch of a removal as long as it was asked to, and no shorter than the one before', async () => {
      await fence.remove('key', { rememberMilliseconds: 60 * hour });
      expect(await fence.epoch('key')).not.toBe('');
      await letPass(61 * hour);
      expect(await fence.epoch('key')).toBe('');
      await fence.move('key');
      await fence.remove('key', { rememberMilliseconds: 60 * hour });
      await letPass(61 * hour);
      expect(await fence.epoch('key')).not.toBe('');
    });

    it('remembers an epoch for a week', async () => {
      const moved = await fence.move('key');
      await letPass(week - hour);
      expect(await fence.epoch('key')).toBe(moved);
      await letPass(2 * hour);
      expect(await fence.epoch('key')).toBe('');
    });

    it('moves the epoch without touching the value, and removes the value with it', async () => {
      await store.set('key', entry(1, 'value'));
      await fence.move('key');
      expect(await kept()).toBe('value');
      expect(await fence.remove('key')).toBe(true);
      expect(await store.get('key')).toBeUndefined();
      expect(await fence.remove('key')).toBe(false);
    });

    it('writes an entry where nothing lies, or one that was started earlier or at the same time', async () => {
      for (const [startedAt, value] of [
        [5, 'first'],
        [5, 'second'],
        [6, 'third'],
      ] as const) {
        expect(await fence.write('key', entry(startedAt, value), { epoch: '' })).toBe(true);
        expect(await kept()).toBe(value);
      }
    });

    it('does not write over an entry that was started later', async () => {
      await fence.write('key', entry(-5, 'later'), { epoch: '' });
      expect(await fence.write('key', entry(-6, 'earlier'), { epoch: '' })).toBe(false);
      expect(await kept()).toBe('later');
      await store.set('key', entry(7, 'set'));
      expect(await fence.write('key', entry(6.5, 'earlier'), { epoch: '' })).toBe(false);
      expect(await kept()).toBe('set');
    });

    it.each(['moved', 'removed'])('does not write when the epoch was %s meanwhile', async (how) => {
      await store.set('key', entry(1, 'old'));
      const epoch = await fence.epoch('key');
      await (how === 'moved' ? fence.move('key') : fence.remove('key'));
      expect(await fence.write('key', entry(2, 'new'), { epoch })).toBe(false);
      expect(await kept()).toBe(how === 'moved' ? 'old' : undefined);
      const now = await fence.epoch('key');
      expect(await fence.write('key', entry(2, 'new'), { epoch: now })).toBe(true);
      expect(await kept()).toBe('new');
      expect(await fence.write('key', entry(3, 'newer'), { epoch })).toBe(false);
    });

    it('writes, if absent, only where nothing lies', async () => {
      const ifAbsent = { epoch: '', ifAbsent: true };
      expect(await fence.write('key', entry(1, 'first'), ifAbsent)).toBe(true);
      expect(await fence.write('key', entry(2, 'second'), ifAbsent)).toBe(false);
      expect(await kept()).toBe('first');
      for (const value of ['', 'no entry']) {
        await store.set('other', Buffer.from(value));
        expect(await fence.write('other', entry(2, 'second'), ifAbsent)).toBe(false);
        expect(Buffer.from((await store.get('other')) ?? []).toString()).toBe(value);
      }
      await store.delete('key');
      const epoch = await fence.epoch('key');
      expect(await fence.write('key', entry(0, 'third'), { ...ifAbsent, epoch })).toBe(true);
      expect(await fence.write('raw', Buffer.from('no entry either'), ifAbsent)).toBe(true);
    });

    it('writes over what is no whole entry, whatever it says of its start', async () => {
      const whole = entry(1000, 'old');
      const headerOf = (magic: string) => Buffer.concat([Buffer.from(magic), whole.subarray(4)]);
      const damaged = [
        Buffer.alloc(0),
        Buffer.from('no entry'),
        whole.subarray(0, 4),
        whole.subarray(0, 71),
        ...Array.from({ length: 72 }, (_, index) =>
          Uint8Array.from(whole, (byte, at) => (at === index ? ~byte : byte)),
        ),
        headerOf('CTE2'),
      ];
      for (const bytes of damaged) {
        await store.set('key', bytes);
        expect(await fence.write('key', entry(1, 'new'), { epoch: '' })).toBe(true);
        expect(await kept()).toBe('new');
      }
      await store.set('key', headerOf('CTEZ'));
      expect(await fence.write('key', entry(1, 'new'), { epoch: '' })).toBe(false);
      expect(await fence.write('key', Buffer.from('no entry'), { epoch: '' })).toBe(true);
    });

    it('writes with a time to live, or without', async () => {
      await fence.write('key', entry(1, 'a'), { epoch: '', ttlMilliseconds: 60 * hour });
      await letPass(20 * hour);
      const left = await store.ttlMilliseconds('key');
      expect(left).toBeGreaterThan(30 * hour);
      expect(left).toBeLessThanOrEqual(40 * hour);
      await fence.write('key', entry(2, 'b'), { epoch: '', ttlMilliseconds: 90 * hour + 0.5 });
      expect(await store.ttlMilliseconds('key')).toBeGreaterThan(80 * hour);
      await letPass(100 * hour);
      expect(await store.get('key')).toBeUndefined();
      expect(await fence.write('key', entry(1, 'earlier'), { epoch: '', ifAbsent: true })).toBe(true);
      expect(await store.ttlMilliseconds('key')).toBeNull();
    });

    it('lets in one of two writers that work at once: the one that started later', async () => {
      const started = [3, 9, 1, 7, 5, 8, 2, 6, 4, 0];
      await Promise.all(started.map((at) => fence.write('key', entry(at, `started at ${at}`), { epoch: '' })));
      expect(await kept()).toBe('started at 9');
    });

    it('leaves nothing of a write that a removal overtakes', async () => {
      for (let time = 0; time < 20; time++) {
        const epoch = await fence.epoch('key');
        await Promise.all([fence.write('key', entry(time, 'old'), { epoch }), fence.remove('key')]);
        expect(await store.get('key')).toBeUndefined();
      }
    });

    it('is no matter to those who just set and delete, and outlives the value', async () => {
      await fence.take('key', mine);
      const epoch = await fence.move('key');
      await store.set('key', entry(9, 'later'));
      await store.set('key', entry(1, 'earlier'));
      expect(await kept()).toBe('earlier');
      expect(await fence.epoch('key')).toBe(epoch);
      expect(await store.delete('key')).toBe(true);
      expect(await fence.take('key', yours)).toBe(false);
      expect(await fence.epoch('key')).not.toBe('');
    });

    it('does not show among the values', async () => {
      await fence.take('key', mine);
      await fence.move('key');
      await fence.remove('key2');
      expect(await all(store.keys(''))).toEqual([]);
      expect([await store.get('key'), await store.head('key', 1)]).toEqual([undefined, undefined]);
      expect(await store.ttlMilliseconds('key')).toBeUndefined();
      expect(await store.delete('key')).toBe(false);
    });

    it('keeps keys apart that look like those of each other’s leases and epochs', async () => {
      const keys = ['a', 'a:lease', '{a}', '{a}:epoch', 'refresh a', 'a refresh', '~', '🏞️'.repeat(300), '{', '}'];
      for (const key of keys) {
        expect(await fence.take(key, { ...mine, holder: key.slice(0, 9) })).toBe(true);
        expect(await fence.epoch(key)).toBe('');
        await fence.move(key);
        expect(await fence.write(key, entry(1, key), { epoch: await fence.epoch(key), ifAbsent: true })).toBe(true);
      }
      for (const key of keys) expect(await kept(key)).toBe(key);
      for (const key of keys) expect(await fence.remove(key)).toBe(true);
    });

    it.each(['', 'a\0b', '\ud800', 'x'.repeat(maxKeyLength + 1)])('refuses %j as a key', async (key) => {
      for (const call of callsOf(fence, key)) await expect(call()).rejects.toThrow(RangeError);
      expect(await all(store.keys(''))).toEqual([]);
    });

    it('refuses a time or a name that is none', async () => {
      for (const milliseconds of [0, -1, Number.NaN, Infinity]) {
        const message = `is ${milliseconds}, expected a number above 0`;
        await expect(fence.take('key', { ...mine, milliseconds })).rejects.toThrow(
          `milliseconds of a lease ${message}`,
        );
        const options = { epoch: '', ttlMilliseconds: milliseconds };
        await expect(fence.write('key', entry(1, ''), options)).rejects.toThrow(`ttlMilliseconds ${message}`);
      }
      for (const name of ['', 'A', 'a b', 'a:b', '}']) {
        const message = new RangeError(`name of a lease is ${JSON.stringify(name)}, expected small letters`);
        await expect(fence.take('key', { ...mine, name })).rejects.toThrow(message);
        await expect(fence.release('key', { ...mine, name })).rejects.toThrow(message);
      }
      expect(await fence.take('key', yours)).toBe(true);
    });

    it('says that it is closed', async () => {
      await store.close();
      for (const call of callsOf(fence, 'key')) {
        await expect(call()).rejects.toThrow(new StoreError(`the ${name} store is closed`));
      }
    });
  });
}

function entry(computedAt: number, value: string): Uint8Array {
  const times = { computedAt, freshUntil: null, hardUntil: null };
  return encodeEntry({ ...times, costMs: 0, schemaVersion: 1, value: Buffer.from(value) });
}

/** The bytes behind the 72 bytes of the header. */
function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes.subarray(72)).toString();
}

function callsOf(fence: Fence, key: string): (() => Promise<unknown>)[] {
  return [
    () => fence.take(key, mine),
    () => fence.release(key, mine),
    () => fence.epoch(key),
    () => fence.move(key),
    () => fence.write(key, entry(1, ''), { epoch: '' }),
    () => fence.remove(key),
  ];
}
