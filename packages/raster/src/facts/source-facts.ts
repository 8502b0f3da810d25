import { openBytes } from '../bytes.ts';
import { readDirectories } from '../geotiff.ts';
import { filesOf, isVrt } from '../mosaic/file-list.ts';
import { readVrt } from '../mosaic/vrt.ts';
import type { RasterOptions } from '../open-raster.ts';
import { type Facts, geotiffFacts } from './geotiff-facts.ts';

/** What the files of a raster say of themselves. */
export interface SourceFacts {
  readonly kind: 'GeoTIFF' | 'VRT';
  /** How many files the raster is made of, beside a VRT. */
  readonly files: number;
  /** Of the VRT, or of the first file. */
  readonly facts: Facts;
}

/**
 * Reads what the files of a raster say of themselves, also where they cannot be used: so people see
 * what is to be mended. Throws a sentence when the file is not there, or is of another kind.
 */
export async function sourceFacts(
  { url, network, version, band }: Pick<RasterOptions, 'url' | 'network' | 'version' | 'band'>,
  signal?: AbortSignal,
): Promise<SourceFacts> {
  const urls = await filesOf(url);
  const [first = ''] = urls;
  const source = await openBytes(first, { network, version, signal });
  try {
    if (!isVrt(first)) {
      const facts = geotiffFacts(await readDirectories(source, signal));
      return { kind: 'GeoTIFF', files: urls.length, facts };
    }
    const vrt = readVrt(new TextDecoder().decode(await source.read(0, mostBytes, signal)), band ?? 1);
    const { width, height, srs, place, sampleType, nodata, sources } = vrt;
    const facts = {
      size: [width, height],
      samples: sampleType,
      ...(nodata !== undefined && { nodata }),
      origin: [place.originX, place.originY],
      cellSize: [place.cellWidth, place.cellHeight],
      ...(srs !== undefined && { srs }),
    };
    return { kind: 'VRT', files: new Set(sources.map(({ file }) => file)).size, facts };
  } finally {
    await source.close();
  }
}

/** A VRT of more bytes has more files than anybody's. */
const mostBytes = 64 * 2 ** 20;
