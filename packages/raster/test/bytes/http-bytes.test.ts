import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { variedRaster } from '../../../../test/varied-raster.ts';
import { httpObject } from '../../src/bytes/http-bytes.ts';
import { openNetwork } from '../../src/bytes/network.ts';
import { otherHosts } from '../../src/bytes/other-hosts.ts';
import { type RemoteOptions, remoteBytes } from '../../src/bytes/remote-bytes.ts';
import { openRaster } from '../../src/open-raster.ts';
import { allSamples, allValues, bytesOf, withRaster } from '../fixture-files.ts';
import { type Answer, beside, rangeOf, sendRange } from '../range-server.ts';

/** Sends each request only once. */
const network = openNetwork({ attempts: 1 });

const httpBytes = async (url: string, options: RemoteOptions) => remoteBytes(httpObject(url, options.network), options);

describe('a raster behind a web server', () => {
  it.each([
    'uint8-deflate-tiles.tif',
    'float64-lzw-predictor3-tiles.tif',
    'uint16-deflate-tiles-bigtiff-bigendian.tif',
  ])('is read by ranges: %s', async (file) => {
    const bytes = await bytesOf('values', file);
    await using server = await serving(ranges(bytes));
    await withRaster({ url: server.url }, async (raster) => {
      expect(await allSamples(raster)).toEqual(allValues(raster.sampleType));
      expect(raster.version).toBe('"v1"');
    });
  });

  it('that is small is read in one request', async () => {
    const bytes = await bytesOf('values', 'uint8-deflate-tiles.tif');
    const asked: (string | undefined)[] = [];
    await using server = await serving((request, response) => {
      asked.push(request.headers.range);
      ranges(bytes)(request, response);
    });
    await withRaster({ url: server.url }, async (raster) => {
      await raster.readTile(1, 1);
      expect(asked).toEqual(['bytes=0-65535']);
    });
  });

  it('is told to have been replaced, by its tag or by its time and length', async () => {
    const bytes = variedRaster({ across: 2, down: 2, side: 256 });
    for (const [before, after] of [
      [{ etag: '"v1"' }, { etag: '"v2"' }],
      [{ 'last-modified': 'Sat, 21 Nov 2026 00:00:00 GMT' }, { 'last-modified': 'Sun, 22 Nov 2026 00:00:00 GMT' }],
    ]) {
      let headers = before;
      await using server = await serving((request, response) => ranges(bytes, headers)(request, response));
      await withRaster({ url: server.url }, async (raster) => {
        expect(raster.isRemote).toBe(true);
        expect(await raster.currentVersion()).toBe(raster.version);
        await raster.readTile(1, 1);
        headers = after;
        expect(await raster.currentVersion()).not.toBe(raster.version);
        await expect(raster.readTile(1, 1)).rejects.toThrow(
          /^raster soil: tile 1, 1 \(.*\) cannot be read: cannot read .*: it was replaced since it was opened$/,
        );
      });
    }
  });

  it('is told by raster, tile and bytes when it ends too early', async () => {
    const bytes = await bytesOf('values', 'uint8-none-strips.tif');
    await using server = await serving(ranges(bytes.subarray(0, bytes.length - 10)));
    await withRaster({ url: server.url }, async (raster) => {
      await raster.readTile(0, 1);
      await expect(raster.readTile(0, 2)).rejects.toThrow('the file ends after 190 of these 200 bytes');
    });
  });
});

describe('a web server', () => {
  const bytes = Buffer.from('0123456789');
  const large = Buffer.alloc(65_537);
  const flowing = (response: ServerResponse) => response.writeHead(200, { 'transfer-encoding': 'chunked' }).end(bytes);

  it('is asked for no more than there is', async () => {
    await using server = await serving(ranges(bytes));
    const source = await httpBytes(server.url, { network });
    expect(Buffer.from(await source.read(3, 4)).toString()).toBe('3456');
    expect(Buffer.from(await source.read(8, 4)).toString()).toBe('89');
    expect(await source.read(10, 4)).toHaveLength(0);
    expect(await source.read(3, 0)).toHaveLength(0);
  });

  it.each<[string, Answer, RegExp]>([
    ['that knows no ranges', (_, response) => response.end(large), /with the whole file, expected status 206$/],
    ['that does not say how much is to come', (_, response) => flowing(response), /with the whole file, expected/],
    [
      'that packs what it sends',
      (_, response) =>
        response.writeHead(206, { 'content-range': 'bytes 0-9/10', 'content-encoding': 'gzip' }).end('0123456789'),
      /sends the bytes in the encoding "gzip", expected them as they are$/,
    ],
    ['that does not have it', (_, response) => response.writeHead(404).end('no'), /with status 404, expected 206$/],
    [
      'behind a proxy that wants a password',
      (_, response) => response.writeHead(407).end(),
      /: the proxy wants a user and a password \(status 407\), expected them in HTTP_PROXY$/,
    ],
    ['that is broken', (_, response) => response.writeHead(503).end(), /with status 503, expected 206$/],
    [
      'that sends another range',
      (_, response) => response.writeHead(206, { 'content-range': 'bytes 5-5/10' }).end('5'),
      /with range "bytes 5-5\/10", expected bytes 0 to 65535$/,
    ],
    [
      'that sends more than asked for',
      (_, response) => response.writeHead(206, { 'content-range': 'bytes 0-0/1' }).end('01'),
      /2 bytes came, its server promised 1$/,
    ],
    [
      'that begins elsewhere',
      (_, response) => response.writeHead(206, { 'content-range': 'bytes 1-0/10' }).end('5'),
      /with range "bytes 1-0\/10", expected bytes 0 to 65535$/,
    ],
    [
      'that ends elsewhere',
      (_, response) => response.writeHead(206, { 'content-range': 'bytes 0-1/10' }).end('01'),
      /with range "bytes 0-1\/10", expected bytes 0 to 65535$/,
    ],
    [
      'that sends less than asked for',
      (_, response) => response.writeHead(206, { 'content-range': 'bytes 0-9/10' }).end('0'),
      /1 bytes came, its server promised 10$/,
    ],
    ['that says no range', (_, response) => response.writeHead(206).end('0'), /with range "", expected/],
    ['that hangs up', (_, response) => response.destroy(), /^cannot read http:\S+: \S/],
  ])('%s is refused in one sentence', async (_, answer, sentence) => {
    await using server = await serving(answer);
    const opening = httpBytes(`${server.url}?signature=secret`, { network });
    await expect(opening).rejects.toThrow(sentence);
    await expect(opening).rejects.toThrow(/^cannot read http:\/\/127\.0\.0\.1:\d+\/soil\.tif: /);
    await expect(opening).rejects.not.toThrow('secret');
  });

  it('that is not there is named, and a password is not', async () => {
    const { url } = await closedServer();
    await expect(openRaster({ name: 'soil', url, network })).rejects.toThrow(
      /^raster soil: cannot read http:\/\/127\.0\.0\.1:\d+\/soil\.tif: connection refused$/,
    );
    await expect(httpBytes('https://me:secret@example.org/a.tif', { network })).rejects.toThrow(
      /^cannot open https:\/\/example\.org\/a\.tif: its URL has a user name or password in it$/,
    );
    await expect(httpBytes('http://', { network })).rejects.toThrow('not a URL');
  });

  it('that sends elsewhere is followed there, but not for ever, nor to what is no web server', async () => {
    await using there = await serving(ranges(bytes));
    const ways = [`${there.url}?signature=secret`, '/loop', 'ftp://127.0.0.1/soil.tif', 'http://'];
    const open = openNetwork({ attempts: 1, others: otherHosts([new URL(there.url).host]) });
    for (const [way, location] of ways.entries()) {
      let sent = 0;
      await using server = await serving((_, response) => {
        sent++;
        response.writeHead(302, { location }).end('Elsewhere.');
      });
      const opening = httpBytes(server.url, { network: open });
      if (way === 0) expect(Buffer.from(await (await opening).read(3, 4)).toString()).toBe('3456');
      else await expect(opening).rejects.toThrow(/^cannot read \S+: its server answers with status 302, expected 206$/);
      expect(sent).toBe(way === 1 ? 6 : 1);
    }
  });

  it('that sends to another host is not followed there, but to one that is listed, and by name only to public addresses', async () => {
    let reached = 0;
    await using there = await serving((request, response) => {
      reached++;
      ranges(bytes)(request, response);
    });
    const { port } = new URL(there.url);
    let location = '';
    let sent = 0;
    await using server = await serving((_, response) => {
      sent++;
      response.writeHead(302, { location }).end();
    });
    const read = async (to: string, hosts?: string[]) => {
      [location, sent, reached] = [to, 0, 0];
      const patient = openNetwork({ wait: async () => undefined, others: hosts && otherHosts(hosts) });
      const problem = await httpBytes(server.url, { network: patient }).then(
        (source) => source.close(),
        (error: Error) => error.message.replace(/^cannot read \S+: its server sends on to /, ''),
      );
      // A refusal for good is not followed by another attempt.
      expect(sent).toBe(1);
      return [problem, reached];
    };
    const byAddress = `http://127.0.0.1:${port}/soil.tif?signature=secret`;
    const home = new URL(server.url).host;
    const refused = `http://127.0.0.1:${port}, expected ${home}, or a host that the raster has under hosts in the catalog`;
    expect(await read(byAddress)).toEqual([refused, 0]);
    expect(await read(byAddress, ['example.org', '127.0.0.1', `127.0.0.1:1${port}`])).toEqual([refused, 0]);
    expect(await read(byAddress, [`127.0.0.1:${port}`])).toEqual([undefined, 1]);
    const byName = `http://localhost:${port}/soil.tif`;
    const hidden = expect.stringMatching(
      /^localhost, which is at the private address (127\.0\.0\.1|::1): give that, or its range/,
    );
    expect(await read(byName, [`localhost:${port}`])).toEqual([hidden, 0]);
    expect(await read(byName, [`localhost:${port}`, '10.0.0.0/8'])).toEqual([hidden, 0]);
    expect(await read(byName, [`LOCALHOST:${port}`, '127.0.0.0/8', '::1/128'])).toEqual([undefined, 1]);
  });

  it('that sends a small file whole, as the range reaches past its end, is read', async () => {
    await using server = await serving((request, response) => {
      const [, end] = rangeOf(request);
      if (end > bytes.length) response.setHeader('etag', '"v1"').end(bytes);
      else ranges(bytes)(request, response);
    });
    const source = await httpBytes(server.url, { network });
    expect(Buffer.from(await source.read(8, 4)).toString()).toBe('89');
    expect(await source.currentVersion()).toBe(source.version);
  });

  it('that knows no ranges is read as long as the file is small', async () => {
    await using server = await serving((_, response) => response.setHeader('etag', '"v1"').end(bytes));
    const source = await httpBytes(server.url, { network });
    expect(Buffer.from(await source.read(2, 3)).toString()).toBe('234');
    expect(await source.currentVersion()).toBe(source.version);
  });

  it('that redirects and keeps the body open is not waited for', async () => {
    await using there = await serving(ranges(bytes));
    const { promise: hungUp, resolve } = Promise.withResolvers<void>();
    await using server = await serving((_, response) => {
      response.on('close', resolve).writeHead(302, { location: there.url }).write('Else');
    });
    const source = await httpBytes(server.url, {
      network: openNetwork({ others: otherHosts([new URL(there.url).host]) }),
    });
    expect(Buffer.from(await source.read(3, 4)).toString()).toBe('3456');
    await hungUp;
  });

  it.each<[string, Record<string, string>]>([
    ['no validator', {}],
    ['an empty ETag', { etag: '""' }],
    ['an empty weak ETag', { etag: 'W/""' }],
    ['a time that is none', { 'last-modified': 'yesterday' }],
    ['the time at which time began', { 'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT' }],
  ])('that sends %s is refused, unless the opener says which version it is', async (_, headers) => {
    await using server = await serving(ranges(bytes, headers));
    await expect(openRaster({ name: 'soil', url: server.url, network })).rejects.toThrow(
      /^raster soil: cannot use http:\S+soil\.tif: its server sends neither an ETag nor a Last-Modified, so nobody could/,
    );
    const source = await httpBytes(server.url, { network, version: '2019' });
    expect([source.version, await source.currentVersion()]).toEqual(['2019', '2019']);
    expect(Buffer.from(await source.read(3, 4)).toString()).toBe('3456');
  });

  it('that sends no validator, and a file of another length, is told to have replaced it', async () => {
    let length = 100_000;
    await using server = await serving((request, response) => ranges(Buffer.alloc(length), {})(request, response));
    const source = await httpBytes(server.url, { network, version: '2019' });
    expect(await source.read(70_000, 10)).toHaveLength(10);
    length = 100_001;
    await expect(source.read(80_000, 10)).rejects.toThrow('it was replaced since it was opened');
  });

  describe('that sends another ETag with each answer', () => {
    const file = Buffer.alloc(100_000, 7);
    const tagging = (tagOf: (answer: number) => string) => {
      let answer = 0;
      return serving((request, response) => ranges(file, { etag: tagOf(answer++) })(request, response));
    };
    const never = (answer: number) => `"${answer}"`;
    const once = (answer: number) => (answer === 1 ? '"b"' : '"a"');
    const byServer = (answer: number) => ['"a"', '"b"'][answer % 2] as string;

    it.each([
      ['never the same', never],
      ['that of one of two servers', byServer],
      ['another one once', once],
    ])('is refused with a sentence: %s', async (_, tagOf) => {
      await using server = await tagging(tagOf);
      const source = await httpBytes(server.url, { network });
      await expect(source.read(70_000, 10)).rejects.toThrow(
        /^cannot use http:\S+soil\.tif: its server sends different ETags or times for the same file, so nobody could see that it was replaced: give it a version in the catalog, and another one with each new file$/,
      );
    });

    it.each([
      ['never the same', never],
      ['that of one of two servers', byServer],
      ['another one once', once],
    ])('is read if the opener says which version it is: %s', async (_, tagOf) => {
      await using server = await tagging(tagOf);
      const source = await httpBytes(server.url, { network, version: '2019' });
      const reading = [70_000, 80_000, 99_990].map((offset) => source.read(offset, 10));
      for (const bytes of await Promise.all(reading)) expect(Buffer.from(bytes)).toEqual(Buffer.alloc(10, 7));
      expect(await source.read(75_000, 10)).toHaveLength(10);
    });

    it('is refused when its version is looked at, unless the opener says which it is', async () => {
      await using server = await tagging(never);
      const source = await httpBytes(server.url, { network });
      await expect(source.currentVersion()).rejects.toThrow('different ETags or times for the same file');
      const versioned = await httpBytes(server.url, { network, version: '2019' });
      expect(await versioned.currentVersion()).toMatch(/^"\d+"$/);
    });

    it('and then another length is told to have replaced it', async () => {
      let answer = 0;
      let length = 100_000;
      await using server = await serving((request, response) =>
        ranges(Buffer.alloc(length), { etag: never(answer++) })(request, response),
      );
      const source = await httpBytes(server.url, { network, version: '2019' });
      expect(await source.read(70_000, 10)).toHaveLength(10);
      length = 100_001;
      await expect(source.read(80_000, 10)).rejects.toThrow('it was replaced since it was opened');
    });

    it('is not taken for one that has another file now', async () => {
      let etag = '"v1"';
      await using server = await serving((request, response) => ranges(file, { etag })(request, response));
      const source = await httpBytes(server.url, { network, version: '2019' });
      etag = '"v2"';
      await expect(source.read(80_000, 10)).rejects.toThrow('it was replaced since it was opened');
    });
  });

  it('that calls an ETag weak in some answers means the same version', async () => {
    let etag = '"v1"';
    await using server = await serving((request, response) =>
      ranges(Buffer.alloc(100_000), { etag })(request, response),
    );
    const source = await httpBytes(server.url, { network });
    etag = 'W/"v1"';
    expect(await source.read(70_000, 10)).toHaveLength(10);
  });

  it('that knows no length, and tells no ETag with the end of the file, has still the same version', async () => {
    await using server = await serving((request, response) => {
      const [first, end] = rangeOf(request);
      if (first >= 100_000) return response.writeHead(416).end('There is no more.');
      const headers = { etag: '"v1"', 'content-range': `bytes ${first}-${end - 1}/*` };
      response.writeHead(206, headers).end(Buffer.alloc(end - first));
    });
    const source = await httpBytes(server.url, { network });
    expect(await source.read(100_000, 10)).toHaveLength(0);
  });

  it('that has less of the file than before is told to have replaced it', async () => {
    let length = 100_000;
    await using server = await serving((request, response) => {
      if (rangeOf(request)[0] >= length) response.writeHead(416).end();
      else ranges(Buffer.alloc(length))(request, response);
    });
    const source = await httpBytes(server.url, { network });
    length = 70_000;
    await expect(source.read(80_000, 10)).rejects.toThrow('it was replaced since it was opened');
  });

  it('that has an empty file says so', async () => {
    await using server = await serving(ranges(Buffer.alloc(0)));
    await expect(httpBytes(server.url, { network })).rejects.toThrow(/status 416, expected 206: the file is empty$/);
  });

  it('that sends a byte now and then is given up', async () => {
    await using server = await serving((_, response) => {
      response.writeHead(206, { etag: '"v1"', 'content-range': 'bytes 0-65535/100000' });
      const dripping = setInterval(() => response.write('0'), 10);
      response.on('close', () => clearInterval(dripping));
    });
    const impatient = openNetwork({ attempts: 1, silenceMilliseconds: 1000 });
    await expect(httpBytes(server.url, { network: impatient })).rejects.toThrow(
      /^cannot read http:\S+: its server has sent fewer than 4096 bytes a second for 1 s$/,
    );
  });

  it('that loses its validator is told so when it is looked at again', async () => {
    let headers: Record<string, string> = { etag: '"v1"' };
    await using server = await serving((request, response) => ranges(bytes, headers)(request, response));
    const source = await httpBytes(server.url, { network });
    headers = {};
    await expect(source.currentVersion()).rejects.toThrow('its server sends neither an ETag nor a Last-Modified');
  });

  it('that sends what is not wanted is not listened to', async () => {
    const { promise: hungUp, resolve } = Promise.withResolvers<void>();
    await using server = await serving((_, response) => {
      response
        .on('close', resolve)
        .writeHead(200, { 'content-length': 2 ** 40 })
        .write(bytes);
    });
    await expect(httpBytes(server.url, { network })).rejects.toThrow('with the whole file');
    await hungUp;
  });

  it('that never answers is left when the signal says so', async () => {
    const controller = new AbortController();
    await using server = await serving(() => controller.abort(new Error('enough')));
    await expect(httpBytes(server.url, { network, signal: controller.signal })).rejects.toThrow('enough');
  });
});

function ranges(bytes: Uint8Array, headers: Record<string, string> = { etag: '"v1"' }): Answer {
  return sendRange(bytes, headers);
}

async function serving(answer: Answer) {
  const server = createServer((request, response) =>
    beside.test(request.url ?? '') ? response.writeHead(404).end() : answer(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/soil.tif`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function closedServer() {
  await using server = await serving(() => undefined);
  return { url: server.url };
}
