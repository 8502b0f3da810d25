import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readDirectories } from '../src/geotiff/geotiff.ts';
import { storedTiles } from '../src/geotiff/geotiff-tiles.ts';
import type { SampleType } from '../src/tiles/samples.ts';
import { fixture } from './fixture-files.ts';

/**
 * A file of the matrix, and the samples that rasterio reads from it (`fixtures/make-encodings.py`).
 */
export interface EncodedFile {
  /** Compression, type, layout, bands and byte order. */
  readonly name: string;
  readonly type: SampleType;
  /** The CRC-32 of the samples of each band. */
  readonly bands: readonly number[];
  readonly bytes: Uint8Array;
}

/** All files of the matrix. */
export function encodedFiles(): EncodedFile[] {
  const lines = gunzipSync(readFileSync(fixture('encodings.jsonl.gz')))
    .toString()
    .trimEnd()
    .split('\n');
  return lines.map((line) => {
    const { tiff, ...file } = JSON.parse(line) as Omit<EncodedFile, 'bytes'> & { readonly tiff: string };
    return { ...file, bytes: new Uint8Array(Buffer.from(tiff, 'base64')) };
  });
}

/** The first stored tile of the first band of a file, and the format of its tiles. */
export async function firstTile({ bytes }: EncodedFile) {
  const { image: tags } = await readDirectories({
    location: 'a file of the matrix',
    version: '',
    isRemote: false,
    read: async (offset, length) => bytes.slice(offset, offset + length),
    currentVersion: async () => '',
    close: async () => undefined,
  });
  const { format, offsets, byteCounts } = storedTiles(tags, 1);
  return { format, stored: bytes.slice(offsets[0], offsets[0]! + byteCounts[0]!) };
}
