import { jest } from '@jest/globals';
import fc from 'fast-check';
import { variedRaster } from '../../../../test/varied-raster.ts';
import { type NetworkOptions, openNetwork } from '../../src/bytes/network.ts';
import { openBytes } from '../../src/bytes/open-bytes.ts';
import { openRaster } from '../../src/open-raster.ts';
import { type Answer, rangeServer, variedBytes } from '../range-server.ts';

/** A network that does not wait between attempts, and lists the times that it would have waited. */
function hasty(options: NetworkOptions = {}) {
  const waited: number[] = [];
  const wait = async (milliseconds: number) => void waited.push(milliseconds);
  return { network: openNetwork({ wait, random: () => 0, ...options }), waited };
}

const kibibytes = 1024;
const file = Buffer.from(variedBytes(700 * kibibytes));
const part = (offset: number, length: number) => file.subarray(offset, offset + length);

describe('a file on a server', () => {
  it('is opened with one request, which brings its first bytes too', async () => {
    await using server = await rangeServer();
    const source = await openBytes(server.put('a', file));
    expect(Buffer.from(await source.read(0, 65_536))).toEqual(part(0, 65_536));
    (await source.read(65_000, 536)).fill(0);
    expect(Buffer.from(await source.read(65_000, 536))).toEqual(part(65_000, 536));
    // The length of the file is known.
    for (const beyond of [0, 1]) expect(await source.read(file.length + beyond, 10)).toHaveLength(0);
    expect(server.asked).toEqual([[0, 65_536]]);
    await source.read(65_000, 537);
    expect(server.asked).toEqual([
      [0, 65_536],
      [65_000, 65_537],
    ]);
  });

  it('is asked once for ranges that lie near each other, and at the same time for those that do not', async () => {
    await using server = await rangeServer();
    const source = await openBytes(server.put('a', file));
    const release = server.hold();
    const offsets = [70, 300, 150, 80, 500].map((offset) => offset * kibibytes);
    const reading = Promise.all(offsets.map((offset) => source.read(offset, 10 * kibibytes)));
    await server.hasBeenAsked(4);
    release();
    for (const [i, bytes] of (await reading).entries()) {
      expect(Buffer.from(bytes)).toEqual(part(offsets[i] as number, 10 * kibibytes));
    }
    expect(server.asked.slice(1)).toEqual(
      [
        [70 * kibibytes, 160 * kibibytes],
        [300 * kibibytes, 310 * kibibytes],
        [500 * kibibytes, 510 * kibibytes],
      ].slice(0, 3),
    );
  });

  it('is never asked for more at once than may be, together with others, over connections that stay open', async () => {
    await using server = await rangeServer();
    const network = openNetwork({ requestsAtOnce: 3 });
    const sources = await Promise.all(['a', 'b'].map((name) => openBytes(server.put(name, file), { network })));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(1), fc.nat(699), fc.integer({ min: 1, max: 20 })), { maxLength: 12 }),
        async (wanted) => {
          await Promise.all(
            wanted.map(async ([which, at, length]) => {
              const bytes = await sources[which]?.read(at * kibibytes, length * kibibytes);
              expect(Buffer.from(bytes as Uint8Array).equals(part(at * kibibytes, length * kibibytes))).toBe(true);
            }),
          );
        },
      ),
      { numRuns: 50 },
    );
    const before = server.asked.length;
    const release = server.hold();
    const far = [100, 200, 300, 400].map((at) => at * kibibytes);
    const reading = Promise.all(sources.flatMap((source) => far.map((at) => source.read(at, 10))));
    await server.hasBeenAsked(before + 3);
    release();
    await reading;
    expect(server.asked).toHaveLength(before + 8);
    expect(server.mostAtOnce()).toBe(3);
    expect(server.connections()).toBeLessThan(server.asked.length / 10);
  });

  it('that was replaced is not read on, and says so', async () => {
    await using server = await rangeServer();
    const source = await openBytes(server.put('a', file));
    expect(await source.currentVersion()).toBe(source.version);
    server.put('a', file.toReversed());
    await expect(source.read(100_000, 10)).rejects.toThrow(
      /^cannot read http:\S+\/a: it was replaced since it was opened$/,
    );
    expect(await source.currentVersion()).not.toBe(source.version);
  });

  it('is left by one reader without harm to another who waits for the same request', async () => {
    await using server = await rangeServer();
    const source = await openBytes(server.put('a', file));
    const release = server.hold();
    const stop = new AbortController();
    const leaving = source.read(100_000, 10, stop.signal);
    const staying = source.read(100_010, 10);
    await server.hasBeenAsked(2);
    stop.abort(new Error('enough'));
    await expect(leaving).rejects.toThrow('enough');
    release();
    expect(Buffer.from(await staying)).toEqual(part(100_010, 10));
    expect(server.asked).toHaveLength(2);
  });

  it('is not waited for by who is told to stop while it is opened', async () => {
    await using server = await rangeServer();
    const stop = new AbortController();
    server.hold();
    const opening = openBytes(server.put('a', file), { signal: stop.signal });
    await server.hasBeenAsked(1);
    stop.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
  });
});

describe('a server that fails for a time', () => {
  const status =
    (code: number, headers = {}): Answer =>
    (_, response) =>
      response.writeHead(code, headers).end('no');
  const dropping: Answer = (_, response) => {
    response.writeHead(206, { etag: '"x"', 'content-range': 'bytes 100000-199999/716800', 'content-length': 100_000 });
    response.write(part(100_000, 50_000), () => response.destroy());
  };
  const short: Answer = (request, response) =>
    void response
      .writeHead(206, { etag: tagOf(request), 'content-range': 'bytes 100000-199999/716800' })
      .end(part(100_000, 99_999));
  const silent: Answer = () => undefined;
  /** Time passes only after such a request. */
  const hour = 3_600_000;
  const silentForAnHour: Answer = () => void setImmediate(() => jest.advanceTimersByTime(hour));
  const silentMidway: Answer = (...asked) => {
    const [, response] = asked;
    response.writeHead(206, { etag: '"x"', 'content-range': 'bytes 100000-199999/716800' });
    response.write(part(100_000, 50_000), () => silentForAnHour(...asked));
  };
  let etag = '';
  const tagOf = (_: unknown) => etag;

  afterEach(() => {
    jest.useRealTimers();
  });

  it.each<[string, Answer, NetworkOptions]>([
    ['with 503', status(503), {}],
    ['with 429', status(429), {}],
    ['with 500', status(500), {}],
    ['by hanging up', (_, response) => response.destroy(), {}],
    ['by hanging up in the middle', dropping, {}],
    ['by sending too little', short, {}],
    ['by sending nothing', silentForAnHour, { silenceMilliseconds: hour }],
    ['by falling silent in the middle', silentMidway, { silenceMilliseconds: hour }],
  ])('is asked again: %s', async (_, fault, options) => {
    if (options.silenceMilliseconds) jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    await using server = await rangeServer();
    const { network, waited } = hasty(options);
    const source = await openBytes(server.put('a', file), { network });
    etag = source.version;
    const faultOfVersion: Answer = (request, response) => {
      const writeHead = response.writeHead.bind(response);
      response.writeHead = ((code: number, headers: object) =>
        writeHead(code, { ...headers, ...(code === 206 && { etag }) })) as typeof response.writeHead;
      fault(request, response);
    };
    server.faults.push(faultOfVersion, faultOfVersion);
    expect(Buffer.from(await source.read(100_000, 100_000)).equals(part(100_000, 100_000))).toBe(true);
    expect(server.asked).toHaveLength(4);
    expect(waited).toEqual([100, 200]);
  });

  it('is asked again when it was killed and started anew', async () => {
    await using server = await rangeServer();
    const away: number[] = [];
    const wait = async (milliseconds: number) => {
      away.push(milliseconds);
      if (away.length === 2) await server.start();
    };
    const { network } = hasty({ wait });
    const source = await openBytes(server.put('a', file), { network });
    await server.kill();
    expect(Buffer.from(await source.read(100_000, 10))).toEqual(part(100_000, 10));
    expect(away).toEqual([100, 200]);
  });

  it('is waited for as long as it wants, within reason', async () => {
    await using server = await rangeServer();
    const { network, waited } = hasty();
    server.faults.push(
      status(503, { 'retry-after': '3' }),
      status(429, { 'retry-after': '3600' }),
      status(503, { 'retry-after': 'Sun, 22 Nov 2026 00:00:00 GMT' }),
    );
    await openBytes(server.put('a', file), { network });
    expect(waited).toEqual([3000, 10_000, 400]);
  });

  it('is given up in one sentence after some attempts, and at once for what will not pass', async () => {
    await using server = await rangeServer();
    const { network } = hasty({ attempts: 3 });
    const url = server.put('a', file);
    server.faults.push(...Array(4).fill(status(503)));
    await expect(openBytes(url, { network })).rejects.toThrow(
      /^cannot read http:\S+\/a: its server answers with status 503, expected 206$/,
    );
    expect(server.asked).toHaveLength(3);
    server.faults.splice(0);
    for (const code of [403, 404, 501]) {
      server.faults.push(status(code));
      await expect(openBytes(url, { network })).rejects.toThrow(`status ${code}, expected 206`);
      expect(server.faults).toEqual([]);
    }
    server.faults.push((_, response) => response.end(new Uint8Array(65_537)));
    await expect(openBytes(url, { network })).rejects.toThrow('with the whole file, expected status 206');
    expect(server.asked).toHaveLength(7);
    server.faults.push(...Array(3).fill(silent));
    const { network: impatient } = hasty({ attempts: 3, silenceMilliseconds: 50 });
    await expect(openBytes(url, { network: impatient })).rejects.toThrow(
      /^cannot read http:\S+\/a: its server has sent nothing for 0.05 s$/,
    );
  });

  it('is not asked again by who was told to stop while he waited', async () => {
    await using server = await rangeServer();
    const stop = new AbortController();
    const wait = async () => stop.abort(new Error('enough'));
    server.faults.push(status(503));
    await expect(
      openBytes(server.put('a', file), { network: openNetwork({ wait }), signal: stop.signal }),
    ).rejects.toThrow('enough');
    expect(server.asked).toHaveLength(1);
  });

  it('keeps nobody else waiting for his turn while it is waited for', async () => {
    await using server = await rangeServer();
    const { promise: other, resolve } = Promise.withResolvers<void>();
    const network = openNetwork({ requestsAtOnce: 1, wait: () => other });
    server.faults.push(status(503));
    const first = openBytes(server.put('a', file), { network });
    await server.hasBeenAsked(1);
    await openBytes(server.put('b', file), { network });
    resolve();
    await first;
    expect(server.asked).toHaveLength(3);
  });
});

describe('the directory of a raster on a server', () => {
  const many = { across: 200, down: 150, side: 16, valueAt: (column: number, row: number) => (column + row) % 251 };

  it('with more tiles than come with the first bytes is read with one more request', async () => {
    await using server = await rangeServer();
    const raster = await openRaster({ name: 'many', url: server.put('many.tif', variedRaster(many)) });
    expect(server.asked).toEqual([
      [0, 65_536],
      [expect.any(Number), expect.any(Number)],
    ]);
    expect([...((await raster.readTile(199, 149)) ?? [])].slice(0, 3)).toEqual(
      [0, 1, 2].map((i) => (199 * 16 + 149 * 16 + i) % 251),
    );
    await raster.close();
  });

  it('at the end of the file is read with two more at most', async () => {
    await using server = await rangeServer();
    const url = server.put('many.tif', variedRaster({ ...many, directoryLast: true }));
    const raster = await openRaster({ name: 'many', url });
    expect(server.asked).toHaveLength(3);
    await raster.close();
    const few = server.put('few.tif', variedRaster({ ...many, across: 20, directoryLast: true }));
    await (await openRaster({ name: 'few', url: few })).close();
    expect(server.asked).toHaveLength(5);
  });
});
