import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Samples, SampleType } from '../../src/tiles/samples.ts';
import { encodedFiles } from '../encoded-files.ts';
import { allSamples, withRaster } from '../fixture-files.ts';

const files = encodedFiles();
const compressions = [...new Set(files.map(({ name }) => name.split(' ')[0] as string))];

const arrays: Record<SampleType, new (values: readonly number[]) => Samples> = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};

describe('the samples that rasterio reads come out of every type, layout and byte order', () => {
  it.each(compressions)('%s', async (compression) => {
    await using folder = await scratch();
    const wrong: string[] = [];
    for (const { name, type, bands, bytes } of files.filter((file) => file.name.startsWith(`${compression} `))) {
      await writeFile(folder.at('one.tif'), bytes);
      for (const [band, expected] of bands.entries()) {
        const [sampleType, checksum] = await withRaster(
          { url: folder.at('one.tif'), band: band + 1, mask: 'none' },
          async (raster) => {
            const { buffer } = new arrays[type]((await allSamples(raster)) as number[]);
            return [raster.sampleType, crc32(new Uint8Array(buffer))];
          },
        );
        if (sampleType !== type || checksum !== expected) wrong.push(`${name}, band ${band + 1}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('in more than 400 files of 8 types', () => {
    expect(files.length).toBeGreaterThan(400);
    expect(new Set(files.map(({ type }) => type)).size).toBe(8);
  });
});

async function scratch() {
  const path = await mkdtemp(join(tmpdir(), 'catchment-encodings-'));
  return {
    at: (name: string) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}
