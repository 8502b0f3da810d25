import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { deflateSync, zstdCompressSync } from 'node:zlib';
import { jest } from '@jest/globals';
import { decodeTogether } from '../../src/codecs/decode-crew.ts';
import { decodeTile } from '../../src/codecs/tile-decoder.ts';
import type { TileFormat } from '../../src/codecs/tile-format.ts';
import type { Samples } from '../../src/tiles/samples.ts';
import { type EncodedFile, encodedFiles, firstTile } from '../encoded-files.ts';

/** A tile with enough bytes to be sent to a helper. */
const format: TileFormat = {
  compression: 'deflate',
  predictor: 2,
  littleEndian: true,
  sampleType: 'uint16',
  width: 256,
  height: 256,
  samplesPerCell: 1,
  sample: 0,
};

/** A tile that differs from the others. */
function plainTile(seed: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: 2 * 256 * 256 }, (_, i) => (i * (seed + 1)) % 251));
}

function bytesIn({ buffer, byteOffset, byteLength }: Samples): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

const tail = Buffer.alloc(9, 7);

describe('tiles decoded together', () => {
  it.each([0, 1, 3])(
    'are the same tiles with %d helpers, large or small, however they are compressed',
    async (helpers) => {
      const compressions = {
        none: (plain: Buffer) => Buffer.from(plain),
        deflate: deflateSync,
        zstd: zstdCompressSync,
      };
      const asked = Object.entries(compressions).flatMap(([compression, compress]) =>
        Array.from({ length: 40 }, (_, i) => {
          const width = i % 4 === 0 ? 16 : 256;
          const own = { ...format, width, compression: compression as TileFormat['compression'] };
          const stored = compress(plainTile(i).subarray(0, 2 * width * 256));
          return { stored, format: own, expected: decodeTile(Buffer.from(stored), 250, own) as Samples };
        }),
      );
      // Several rounds, so that helpers that have started meanwhile take part.
      for (let round = 0; round < 4; round++) {
        const decoded = await Promise.all(
          asked.map((one, i) => {
            // Some are in a buffer of their own, some share one.
            const stored =
              i % 2 === 0 ? new Uint8Array(one.stored) : Buffer.concat([tail, one.stored, tail]).subarray(9, -9);
            return decodeTogether(stored, 250, one.format, helpers);
          }),
        );
        for (const [i, samples] of decoded.entries())
          expect(bytesIn(samples).equals(bytesIn(asked[i]?.expected as Samples))).toBe(true);
        await wait(100);
      }
    },
  );

  it('are the right ones in their turn, also where decoders take several turns', async () => {
    const { format: small, stored } = await firstTile(
      encodedFiles().find(({ name }) => name.startsWith('LZMA-1 uint8')) as EncodedFile,
    );
    // Large enough for a helper by its format; one row of it is decoded.
    const slow = { ...small, height: 2 ** 14 };
    const expected = await decodeTile(new Uint8Array(stored), 1, small);
    for (let round = 0; round < 4; round++) {
      const decoded = await Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          i % 3 === 0
            ? decodeTogether(new Uint8Array(stored), 1, slow, 2)
            : decodeTogether(new Uint8Array(deflateSync(plainTile(i))), 256, format, 2),
        ),
      );
      for (const [i, samples] of decoded.entries()) {
        const right = i % 3 === 0 ? expected : await decodeTile(deflateSync(plainTile(i)), 256, format);
        expect(bytesIn(samples).equals(bytesIn(right))).toBe(true);
      }
      await wait(100);
    }
  });

  it('are refused for the same reasons, each by itself', async () => {
    const tile = plainTile(1);
    const damaged = [
      [deflateSync(tile.subarray(1)), '131071 bytes of samples came out, expected 131072'],
      [deflateSync(tile).subarray(0, -9), 'unexpected end of file'],
      [Buffer.from(tile), 'incorrect header check'],
    ] as const;
    for (let round = 0; round < 3; round++) {
      const all = await Promise.allSettled(
        Array.from({ length: 60 }, (_, i) => {
          const [bytes] = damaged[i % 6] ?? [deflateSync(tile)];
          return decodeTogether(Buffer.from(bytes), 256, format, 2);
        }),
      );
      for (const [i, one] of all.entries()) {
        const [, reason] = damaged[i % 6] ?? [];
        if (reason === undefined) expect(one.status).toBe('fulfilled');
        else expect(String((one as PromiseRejectedResult).reason)).toContain(reason);
      }
    }
  });

  it('are decoded by this thread and by helpers', async () => {
    const asked = jest.spyOn(Worker.prototype, 'postMessage');
    const shares = async () => {
      asked.mockClear();
      const stored = Array.from({ length: 24 }, (_, i) => new Uint8Array(deflateSync(plainTile(i))));
      const decoded = await Promise.all(stored.map((bytes) => decodeTogether(bytes, 256, format, 2)));
      for (const [i, samples] of decoded.entries())
        expect(bytesIn(samples).equals(bytesIn(await decodeTile(deflateSync(plainTile(i)), 256, format)))).toBe(true);
      const handedOver = asked.mock.calls.length;
      return { handedOver, here: stored.length - handedOver };
    };
    // Helpers take a moment to start.
    let last = await shares();
    while (last.handedOver === 0) {
      await wait(50);
      last = await shares();
    }
    expect(last.handedOver).toBeGreaterThan(0);
    expect(last.here).toBeGreaterThan(0);
    asked.mockRestore();
  });

  it('do not keep the process, but are waited for', () => {
    const crew = new URL('../../src/codecs/decode-crew.ts', import.meta.url).href;
    // A helper still decodes the second tile when all others are finished.
    const program = `
      import { Worker } from 'node:worker_threads';
      import { deflateSync } from 'node:zlib';
      import { decodeTogether } from ${JSON.stringify(crew)};
      const format = ${JSON.stringify(format)};
      const large = { ...format, width: 4096, height: 4096 };
      const tile = deflateSync(Buffer.alloc(131072));
      const largeTile = deflateSync(Buffer.alloc(2 * 4096 * 4096));
      let handedOver = 0;
      const { postMessage } = Worker.prototype;
      const helpers = new Set();
      Worker.prototype.postMessage = function (asked) {
        if (asked.format.width === 4096) handedOver += 1;
        helpers.add(this);
        this.once('exit', () => helpers.delete(this));
        postMessage.call(this, asked);
      };
      while (handedOver === 0) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        const second = new Uint8Array(largeTile);
        const others = Array.from({ length: 5 }, () => new Uint8Array(tile));
        const decoding = [others[0], second, ...others.slice(1)].map((bytes) =>
          decodeTogether(bytes, 256, bytes === second ? large : format, 1),
        );
        await Promise.all(decoding);
      }
      // Helpers that kept the process alive would end before it does.
      process.once('exit', () => console.log(handedOver, helpers.size));
    `;
    const folder = mkdtempSync(join(tmpdir(), 'catchment-crew-'));
    const file = join(folder, 'program.mjs');
    writeFileSync(file, program);
    const env = { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' };
    const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: 'utf8', env });
    rmSync(folder, { recursive: true });
    expect({ stdout, status, stderr }).toEqual({ stdout: '1 1\n', status: 0, stderr: '' });
  });

  it('are decoded by this thread when a helper fails', async () => {
    const post = Worker.prototype.postMessage;
    let failed: Worker | undefined;
    const asked = jest.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...message) {
      if (failed !== undefined && failed !== this) return post.apply(this, message);
      if (failed === this) return;
      failed = this;
      setImmediate(() => {
        this.emit('error', new Error('no memory'));
        void this.terminate();
      });
    });
    // Helpers may have to start first.
    while (failed === undefined) {
      await wait(50);
      const decoding = Array.from({ length: 24 }, (_, i) => decodeTogether(deflateSync(plainTile(i)), 256, format, 2));
      for (const [i, samples] of (await Promise.all(decoding)).entries())
        expect(bytesIn(samples).equals(bytesIn(await decodeTile(deflateSync(plainTile(i)), 256, format)))).toBe(true);
    }
    expect(failed).toBeDefined();
    asked.mockRestore();
  });
});
