import type { BytesSource } from './bytes.ts';
import { type GeotiffTags, readDirectories } from './geotiff.ts';
import { type Pam, readPam } from './pam.ts';
import { type GeoTransform, readWorldFile } from './world-file.ts';

/** A mask in a file of its own. */
export interface MaskFile {
  readonly source: BytesSource;
  readonly tags: GeotiffTags;
}

/**
 * Reads the directory of the mask beside a raster. Throws an Error that names the file when it is
 * damaged.
 */
export async function readMaskFile(source: BytesSource, signal?: AbortSignal): Promise<MaskFile> {
  const { image } = await readDirectories(source, signal);
  return { source, tags: image };
}

/**
 * Reads what `.aux.xml` says. Undefined: it says nothing. Throws an Error that names the file when
 * it is damaged.
 */
export async function readPamFile(source: BytesSource, signal?: AbortSignal): Promise<Pam | undefined> {
  try {
    return readPam(await readText(source, signal));
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Error(`cannot use ${source.location}: ${(cause as Error).message}`, { cause });
  }
}

/** Histograms and tables of attributes make some of them large. */
const mostBytes = 64 * 2 ** 20;

async function readText(source: BytesSource, signal?: AbortSignal): Promise<string> {
  const bytes = await source.read(0, mostBytes + 1, signal);
  if (bytes.length > mostBytes) throw new Error(`it has more than ${mostBytes} bytes, expected fewer`);
  return new TextDecoder().decode(bytes);
}

/** Six numbers need no more. */
const mostBytesOfWorldFile = 4096;

/** What a world file says; undefined: it is none. */
export async function readWorld(source: BytesSource, signal?: AbortSignal): Promise<GeoTransform | undefined> {
  return readWorldFile(new TextDecoder().decode(await source.read(0, mostBytesOfWorldFile, signal)));
}
