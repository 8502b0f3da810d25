import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { visitAreas } from '../../src/stack/rectangles.ts';
import { stackRasters } from '../../src/stack/stack.ts';
import { planTiles } from '../../src/stack/tile-plan.ts';
import type { Raster } from '../../src/tiles/raster.ts';
import type { Samples } from '../../src/tiles/samples.ts';
import { openTileCache } from '../../src/tiles/tile-cache.ts';
import type { LentTile } from '../../src/tiles/tiles.ts';
import { digits, type PictureRaster, rasterOf, spansOfPicture } from '../pictures.ts';

const rows = digits('12345678');
/** Four tiles of two bytes. */
const raster = (name = 'picture') => rasterOf({ name, rows, tile: [2, 1] });

/** A raster whose reads end when the test says so. */
function pending() {
  const reads: {
    resolve: (samples: Samples | undefined) => void;
    reject: (error: Error) => void;
    signal?: AbortSignal;
  }[] = [];
  const readTile: Raster['readTile'] = (_column, _row, signal) => {
    const { promise, ...ends } = Promise.withResolvers<Samples | undefined>();
    reads.push({ ...ends, ...(signal && { signal }) });
    signal?.addEventListener('abort', () => ends.reject(signal.reason));
    return promise;
  };
  return { raster: { ...raster(), readTile }, reads };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a tile cache', () => {
  it('keeps the tiles that were asked for last, as many as there is room for', async () => {
    const [one, cache] = [raster(), openTileCache({ mostBytes: 6 })];
    for (const column of [0, 1, 2, 0, 3, 0, 2, 1, 3]) (await cache.lend(one, column, 0)).giveBack();
    expect(one.reads).toEqual(['0,0', '1,0', '2,0', '3,0', '1,0', '3,0']);
  });

  it('keeps nothing without room, but for as many tiles as it has to keep', async () => {
    for (const leastTiles of [0, 1, 2]) {
      const [one, cache] = [raster(), openTileCache({ mostBytes: 1, leastTiles })];
      for (const column of [0, 0, 1, 0, 1]) (await cache.lend(one, column, 0)).giveBack();
      expect(one.reads).toHaveLength([5, 4, 2][leastTiles]!);
    }
  });

  it('tells rasters apart, also two of the same name', async () => {
    const [a, b, cache] = [raster(), raster(), openTileCache({ mostBytes: 100 })];
    for (const one of [a, b, a, b]) (await cache.lend(one, 0, 0)).giveBack();
    expect([a.reads, b.reads]).toEqual([['0,0'], ['0,0']]);
  });

  it('counts bytes by the sample type', async () => {
    const cache = openTileCache({ mostBytes: 16 });
    const one = rasterOf({ rows, tile: [2, 1], sampleType: 'float64' });
    for (const column of [0, 0, 1, 0]) (await cache.lend(one, column, 0)).giveBack();
    expect(one.reads).toEqual(['0,0', '1,0', '0,0']);
  });

  it('keeps no sparse tile, which would only take room', async () => {
    const cache = openTileCache({ mostBytes: 4 });
    const one = rasterOf({ rows, tile: [2, 1], sparse: (column) => column > 0 });
    for (const column of [0, 1, 2, 3, 0]) (await cache.lend(one, column, 0)).giveBack();
    expect(one.reads).toEqual(['0,0', '1,0', '2,0', '3,0']);
  });

  it('frees what it does not keep only when nobody looks at it, then at once', async () => {
    const [one, cache] = [raster(), openTileCache({ mostBytes: 2 })];
    const [first, second] = [await cache.lend(one, 0, 0), await cache.lend(one, 0, 0)];
    const { samples } = first;
    expect(second.samples).toBe(samples);
    await cache.lend(one, 1, 0);
    first.giveBack();
    first.giveBack();
    await settled();
    expect([...samples!]).toEqual([1, 2]);
    second.giveBack();
    await settled();
    expect(samples).toHaveLength(0);
  });

  it('keeps what was given back, until it is cleared', async () => {
    const [one, cache] = [raster(), openTileCache({ mostBytes: 100 })];
    const [given, lent] = [await cache.lend(one, 0, 0), await cache.lend(one, 1, 0)];
    given.giveBack();
    await settled();
    expect([...given.samples!]).toEqual([1, 2]);
    cache.clear();
    await settled();
    expect(given.samples).toHaveLength(0);
    expect([...lent.samples!]).toEqual([3, 4]);
    await cache.lend(one, 0, 0);
    expect(one.reads).toEqual(['0,0', '1,0', '0,0']);
  });
});

describe('readers that ask for a tile at once', () => {
  it('share one reading of it', async () => {
    const { raster: one, reads } = pending();
    const cache = openTileCache({ mostBytes: 100 });
    const both = [cache.lend(one, 0, 0), cache.lend(one, 0, 0)];
    expect(reads).toHaveLength(1);
    reads[0]!.resolve(Uint8Array.of(1, 2));
    const [first, second] = await Promise.all(both);
    expect(second!.samples).toBe(first!.samples);
  });

  it('leave without the others noticing; with the last of them the reading is stopped, and what comes later begins anew', async () => {
    const { raster: one, reads } = pending();
    const cache = openTileCache({ mostBytes: 100 });
    const stops = [new AbortController(), new AbortController()];
    const asked = stops.map(({ signal }) => cache.lend(one, 0, 0, signal));
    stops[0]!.abort(new Error('first has left'));
    await expect(asked[0]).rejects.toThrow('first has left');
    expect(reads[0]!.signal!.aborted).toBe(false);
    stops[1]!.abort(new Error('second has left'));
    await expect(asked[1]).rejects.toThrow('second has left');
    expect(reads[0]!.signal!.aborted).toBe(true);
    const again = cache.lend(one, 0, 0);
    expect(reads).toHaveLength(2);
    reads[1]!.resolve(Uint8Array.of(5, 6));
    expect([...(await again).samples!]).toEqual([5, 6]);
  });

  it('of whom one leaves: the others get the tile, and it is kept', async () => {
    const { raster: one, reads } = pending();
    const cache = openTileCache({ mostBytes: 100 });
    const stop = new AbortController();
    const [leaving, staying] = [cache.lend(one, 0, 0, stop.signal), cache.lend(one, 0, 0)];
    stop.abort(new Error('left'));
    await expect(leaving).rejects.toThrow('left');
    reads[0]!.resolve(Uint8Array.of(1, 2));
    expect([...(await staying).samples!]).toEqual([1, 2]);
    expect([...(await cache.lend(one, 0, 0)).samples!]).toEqual([1, 2]);
    expect(reads).toHaveLength(1);
  });

  it('all fail when it does, and the next one tries again', async () => {
    const { raster: one, reads } = pending();
    const cache = openTileCache({ mostBytes: 100 });
    const both = [cache.lend(one, 0, 0), cache.lend(one, 0, 0)];
    reads[0]!.reject(new Error('damaged'));
    for (const each of both) await expect(each).rejects.toThrow('damaged');
    const again = cache.lend(one, 0, 0);
    reads[1]!.resolve(Uint8Array.of(1, 2));
    expect([...(await again).samples!]).toEqual([1, 2]);
  });

  it('who has left before asking begins no reading', async () => {
    const { raster: one, reads } = pending();
    const asked = openTileCache({ mostBytes: 100 }).lend(one, 0, 0, AbortSignal.abort(new Error('gone')));
    await expect(asked).rejects.toThrow('gone');
    expect(reads).toHaveLength(0);
  });

  it('leave nothing running: who leaves last waits for the end of the reading', async () => {
    const { raster: one, reads } = pending();
    const stop = new AbortController();
    const slow: Raster = { ...one, readTile: (column, row) => one.readTile(column, row) };
    let left = false;
    const asked = openTileCache({ mostBytes: 100 }).lend(slow, 0, 0, stop.signal);
    const leaving = asked.catch(() => {
      left = true;
    });
    stop.abort();
    await settled();
    expect(left).toBe(false);
    reads[0]!.resolve(Uint8Array.of(1, 2));
    await leaving;
    expect(left).toBe(true);
  });

  it('do not wait for a reading that the last one before has left, though it goes on', async () => {
    const { raster: one, reads } = pending();
    const stop = new AbortController();
    const slow: Raster = { ...one, readTile: (column, row) => one.readTile(column, row) };
    const cache = openTileCache({ mostBytes: 100 });
    const leaving = cache.lend(slow, 0, 0, stop.signal).catch(() => undefined);
    stop.abort();
    await settled();
    const again = cache.lend(slow, 0, 0);
    reads[1]!.resolve(Uint8Array.of(3, 4));
    expect([...(await again).samples!]).toEqual([3, 4]);
    reads[0]!.resolve(Uint8Array.of(1, 2));
    await leaving;
    expect([...(await cache.lend(slow, 0, 0)).samples!]).toEqual([3, 4]);
  });

  it('leave nothing on their signal', async () => {
    const { signal } = new AbortController();
    await openTileCache({ mostBytes: 100 }).lend(raster(), 0, 0, signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

/** The callers, the tiles that they ask for, and the tiles that they give back. */
const turns = fc.array(fc.record({ raster: fc.nat(1), column: fc.nat(3), givesBack: fc.boolean() }), {
  maxLength: 60,
});

it('whoever has a tile sees its samples until he gives it back, and no more memory than that is held', async () => {
  await fc.assert(
    fc.asyncProperty(turns, fc.nat(12), async (asked, mostBytes) => {
      const sources = [raster('a'), raster('b')];
      const made: Samples[] = [];
      const open = sources.map((source, i): Raster => {
        const readTile = async (column: number): Promise<Samples> => {
          if (column === 3) throw new Error('damaged');
          const samples = Uint8Array.of(i, column);
          made.push(samples);
          return samples;
        };
        return { ...source, readTile };
      });
      const cache = openTileCache({ mostBytes });
      const held: { lent: LentTile; expected: number[] }[] = [];
      for (const { raster: which, column, givesBack } of asked) {
        const expected = [which, column];
        try {
          const lent = await cache.lend(open[which]!, column, 0);
          if (givesBack) lent.giveBack();
          else held.push({ lent, expected });
          if (held.length > 5) held.shift()!.lent.giveBack();
        } catch {
          expect(column).toBe(3);
        }
        await settled();
        for (const one of held) expect([...one.lent.samples!]).toEqual(one.expected);
        const bytes = made.reduce((sum, { byteLength }) => sum + byteLength, 0);
        expect(bytes).toBeLessThanOrEqual(mostBytes + 2 * held.length);
      }
    }),
    { numRuns: 60 },
  );
});

describe('a visit of rasters that have a cache', () => {
  const picture = (): PictureRaster & Raster =>
    rasterOf({ rows: digits('1122', '1122', '3344', '3344'), tile: [2, 2] });
  const spans = spansOfPicture(['####', '####', '####', '####']);
  const sumOf = async (one: Raster, onRectangle = () => {}) => {
    const stack = stackRasters([one]);
    let sum = 0;
    const visit = ({ views }: { readonly views: readonly ({ readonly samples: Samples } | undefined)[] }) => {
      for (const sample of views[0]!.samples) sum += sample;
      onRectangle();
    };
    await visitAreas({ stack, tiles: planTiles(stack, spans).runs }, [{ spans, rasters: [0], visit }]);
    return sum;
  };

  it('reads nothing that was visited before, and sees the same', async () => {
    const source = picture();
    const cached = { ...source, tileCache: openTileCache({ mostBytes: 16 }) };
    expect([await sumOf(cached), await sumOf(cached)]).toEqual([40, 40]);
    expect(source.reads).toHaveLength(4);
  });

  it('sees the same when another visit of it fails, and when there is room for one tile only', async () => {
    const cached = { ...picture(), tileCache: openTileCache({ mostBytes: 4 }) };
    const failing = sumOf(cached, () => {
      throw new Error('enough');
    });
    const others = [sumOf(cached), sumOf(cached)];
    await expect(failing).rejects.toThrow('enough');
    expect(await Promise.all(others)).toEqual([40, 40]);
  });
});
