import fc from 'fast-check';
import { type GetBytes, mergeRanges, mergingReader } from '../../src/bytes/range-merging.ts';
import type { ByteRange } from '../../src/bytes/remote-object.ts';
import { variedBytes } from '../range-server.ts';

const rangeOf = ([offset, end]: readonly [number, number]): ByteRange => ({ offset, length: end - offset });
const anyRange = fc.record({ offset: fc.nat(200), length: fc.integer({ min: 1, max: 60 }) });
const anyLimits = fc.record({ gapBytes: fc.nat(20), mostBytes: fc.integer({ min: 1, max: 100 }) });
const limits = { gapBytes: 4, mostBytes: 20 };
const end = ({ offset, length }: ByteRange) => offset + length;

describe('ranges', () => {
  it.each<[string, [number, number][], [number, number][]]>([
    [
      'side by side become one',
      [
        [0, 5],
        [5, 9],
      ],
      [[0, 9]],
    ],
    [
      'near each other become one',
      [
        [9, 12],
        [0, 5],
      ],
      [[0, 12]],
    ],
    [
      'that overlap become one',
      [
        [0, 9],
        [3, 12],
        [4, 5],
      ],
      [[0, 12]],
    ],
    [
      'further apart stay two',
      [
        [0, 5],
        [10, 12],
      ],
      [
        [0, 5],
        [10, 12],
      ],
    ],
    [
      'that were too long together stay two',
      [
        [0, 10],
        [10, 20],
        [20, 30],
      ],
      [
        [0, 20],
        [20, 30],
      ],
    ],
    [
      'within one that is too long by itself come with it',
      [
        [0, 30],
        [2, 4],
        [29, 30],
      ],
      [[0, 30]],
    ],
    [
      'asked for twice are one',
      [
        [1, 3],
        [1, 3],
      ],
      [[1, 3]],
    ],
    ['none stay none', [], []],
  ])('%s', (_, given, expected) => {
    const merged = mergeRanges(given.map(rangeOf), limits);
    expect(merged.map((range) => [range.offset, end(range)])).toEqual(expected);
  });

  it('are each in one merged range, which has nothing but them and gaps and is no longer than may be', () => {
    fc.assert(
      fc.property(fc.array(anyRange), anyLimits, (ranges, { gapBytes, mostBytes }) => {
        const merged = mergeRanges(ranges, { gapBytes, mostBytes });
        expect(merged.flatMap((one) => one.ranges).toSorted(byPlace)).toEqual(ranges.toSorted(byPlace));
        for (const { ranges: own, ...whole } of merged) {
          expect(whole.offset).toBe(Math.min(...own.map(({ offset }) => offset)));
          expect(end(whole)).toBe(Math.max(...own.map(end)));
          expect(whole.length).toBeLessThanOrEqual(Math.max(mostBytes, ...own.map(({ length }) => length)));
          for (let at = whole.offset; at < end(whole) - gapBytes; at++) {
            const touched = own.some((range) => range.offset <= at + gapBytes && at < end(range));
            expect(touched).toBe(true);
          }
        }
      }),
    );
  });
});

const byPlace = (a: ByteRange, b: ByteRange) => a.offset - b.offset || a.length - b.length;

describe('a reader that merges', () => {
  const file = variedBytes(300);
  const slice = ({ offset, length }: ByteRange) => file.slice(offset, offset + length);

  it('gives everyone the bytes of the file, whatever is asked for in whatever order, each in a buffer of its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyRange)), anyLimits, async (turns, limits) => {
        const read = mergingReader(async (range) => Buffer.from(slice(range)), limits);
        const reading: Promise<void>[] = [];
        for (const turn of turns) {
          for (const range of turn) {
            const asIs = read(range).then((bytes) => {
              expect(bytes).toEqual(slice(range));
              // Decoders overwrite the bytes that they receive.
              bytes.fill(0);
            });
            reading.push(asIs);
          }
          await new Promise((resolve) => setImmediate(resolve));
        }
        await Promise.all(reading);
      }),
    );
  });

  /** A reader whose requests the test answers. */
  function byHand() {
    const requests: { range: ByteRange; signal: AbortSignal; answer: () => void; fail: (error: Error) => void }[] = [];
    const get: GetBytes = (range, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        requests.push({ range, signal, answer: () => resolve(slice(range)), fail: reject });
      });
    return { requests, read: mergingReader(get, limits) };
  }
  const sent = () => new Promise((resolve) => setImmediate(resolve));

  it('lets who comes later wait for a request that is under way', async () => {
    const { requests, read } = byHand();
    const first = read({ offset: 10, length: 10 });
    await sent();
    const later = read({ offset: 12, length: 8 });
    await sent();
    expect(requests).toHaveLength(1);
    const other = read({ offset: 12, length: 9 });
    await sent();
    const before = read({ offset: 9, length: 3 });
    await sent();
    expect(requests.map(({ range }) => range)).toEqual([
      { offset: 10, length: 10 },
      { offset: 12, length: 9 },
      { offset: 9, length: 3 },
    ]);
    for (const { answer } of requests) answer();
    expect(await first).toEqual(slice({ offset: 10, length: 10 }));
    expect(await later).toEqual(slice({ offset: 12, length: 8 }));
    expect(await other).toEqual(slice({ offset: 12, length: 9 }));
    expect(await before).toEqual(slice({ offset: 9, length: 3 }));
    void read({ offset: 10, length: 10 });
    await sent();
    expect(requests).toHaveLength(4);
  });

  it('lets one reader leave without the others noticing, and gives a request up when the last has left', async () => {
    const { requests, read } = byHand();
    const [one, two] = [new AbortController(), new AbortController()];
    const leaving = read({ offset: 0, length: 4 }, one.signal);
    const staying = read({ offset: 4, length: 4 }, two.signal);
    await sent();
    one.abort(new Error('enough'));
    await expect(leaving).rejects.toThrow('enough');
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([false]);
    requests[0]?.answer();
    expect(await staying).toEqual(slice({ offset: 4, length: 4 }));

    const last = read({ offset: 0, length: 4 }, two.signal);
    await sent();
    two.abort(new Error('enough of this, too'));
    await expect(last).rejects.toThrow('enough of this, too');
    expect(requests[1]?.signal.aborted).toBe(true);
  });

  it('does not ask for what everyone has left before it was sent, nor for who was aborted from the start', async () => {
    const { requests, read } = byHand();
    const stop = new AbortController();
    const leaving = read({ offset: 0, length: 4 }, stop.signal);
    stop.abort(new Error('enough'));
    await expect(leaving).rejects.toThrow('enough');
    await expect(read({ offset: 0, length: 4 }, stop.signal)).rejects.toThrow('enough');
    await sent();
    expect(requests).toEqual([]);
  });

  it('has no newcomer join a request that was given up', async () => {
    const { requests, read } = byHand();
    const stop = new AbortController();
    const leaving = read({ offset: 0, length: 4 }, stop.signal);
    await sent();
    stop.abort(new Error('enough'));
    const newcomer = read({ offset: 0, length: 4 });
    await expect(leaving).rejects.toThrow('enough');
    await sent();
    requests[1]?.answer();
    expect(await newcomer).toEqual(slice({ offset: 0, length: 4 }));
  });

  it('tells a failure to all who waited for it, and to nobody else', async () => {
    const { requests, read } = byHand();
    const failing = [read({ offset: 0, length: 4 }), read({ offset: 4, length: 4 })];
    const other = read({ offset: 100, length: 4 });
    await sent();
    requests[0]?.fail(new Error('the server is away'));
    requests[1]?.answer();
    for (const one of failing) await expect(one).rejects.toThrow('the server is away');
    expect(await other).toEqual(slice({ offset: 100, length: 4 }));
  });
});
