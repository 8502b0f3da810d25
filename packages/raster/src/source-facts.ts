import { openBytes } from './bytes/open-bytes.ts';
import type { RasterOptions } from './files/raster-options.ts';
import { readDirectories } from './geotiff/geotiff.ts';
import { type Facts, geotiffFacts } from './geotiff/geotiff-facts.ts';
import { filesOf, isVrt } from './mosaic/file-list.ts';
import { readVrt } from './mosaic/vrt.ts';

/** The facts that the files of a raster contain about themselves. */
export interface SourceFacts {
  readonly kind: 'GeoTIFF' | 'VRT';
  /** The number of files of the raster, without a VRT. */
  readonly files: number;
  /** The facts of the VRT, or of the first file. */
  readonly facts: Facts;
}

/**
 * Reads the facts of the files of a raster, even of files that cannot be used, so that people see
 * what to mend. Throws a sentence if the file is missing, or of another kind.
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

/** A larger VRT has more files than any real one. */
const mostBytes = 64 * 2 ** 20;
