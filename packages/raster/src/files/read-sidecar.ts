import type { BytesSource } from '../bytes/bytes.ts';
import { type GeotiffTags, readDirectories } from '../geotiff/geotiff.ts';
import type { GeoTransform } from '../grid/geo-transform.ts';
import { type Pam, readPam } from './pam.ts';
import { readWorldFile } from './world-file.ts';

/** A mask in a separate file. */
export interface MaskFile {
  readonly source: BytesSource;
  readonly tags: GeotiffTags;
}

/**
 * Reads the directory of the mask beside a raster. Throws an Error that names the file if it is
 * damaged.
 */
export async function readMaskFile(source: BytesSource, signal?: AbortSignal): Promise<MaskFile> {
  const { image } = await readDirectories(source, signal);
  return { source, tags: image };
}

/**
 * Reads a file `.aux.xml`. Undefined: it is none. Throws an Error that names the file if it is
 * damaged.
 */
export async function readPamFile(source: BytesSource, signal?: AbortSignal): Promise<Pam | undefined> {
  try {
    return readPam(await readText(source, signal));
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Error(`cannot use ${source.location}: ${(cause as Error).message}`, { cause });
  }
}

/** Histograms and tables of attributes make some of these files large. */
const mostBytes = 64 * 2 ** 20;

async function readText(source: BytesSource, signal?: AbortSignal): Promise<string> {
  const bytes = await source.read(0, mostBytes + 1, signal);
  if (bytes.length > mostBytes) throw new Error(`it has more than ${mostBytes} bytes, expected fewer`);
  return new TextDecoder().decode(bytes);
}

/** Six numbers need no more bytes. */
const mostBytesOfWorldFile = 4096;

/** Reads a world file; undefined if it is none. */
export async function readWorld(source: BytesSource, signal?: AbortSignal): Promise<GeoTransform | undefined> {
  return readWorldFile(new TextDecoder().decode(await source.read(0, mostBytesOfWorldFile, signal)));
}
