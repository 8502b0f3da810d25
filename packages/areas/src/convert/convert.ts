import type { ConvertedFile, ConvertOptions } from './converted.ts';

/**
 * Converts a file from a client: a shapefile in a ZIP archive, KML, also in an archive (KMZ), or a
 * GeoPackage. Its first bytes say which. Areas without polygons are left out, with a warning. The
 * names in a file are never those of files here. Throws an UnusableFileError.
 */
export async function convertFile(bytes: Uint8Array, options: ConvertOptions): Promise<ConvertedFile> {
  // Few processes convert files: what reads them is loaded for the first.
  const { convertBytes } = await import('./formats.ts');
  return convertBytes(bytes, options);
}
