import { convertFile, UnusableFileError } from '@cellshed/areas';
import { ProblemError } from '../problems/problem-error.ts';
import type { ReadingSettings } from './reading-settings.ts';

/** A file of areas from a client. */
export interface FileToConvert {
  readonly body: Uint8Array;
  /** The layer, where the file has several. */
  readonly layer?: string | undefined;
}

/** The most bytes of all that is unpacked of an archive, and of the answer. */
const mostBytes = 64 * 2 ** 20;

/** The areas of a file as GeoJSON. Throws a ProblemError (400) for a file that cannot be used. */
export async function convertedFile(
  { body, layer }: FileToConvert,
  { vertexLimit, checkWanted }: Pick<ReadingSettings, 'vertexLimit'> & { readonly checkWanted?: () => void },
): Promise<Uint8Array> {
  try {
    const areas = await convertFile(body, { layer, vertices: vertexLimit, unpackedBytes: mostBytes, checkWanted });
    const document = Buffer.from(JSON.stringify(areas));
    if (document.length > mostBytes)
      throw new ProblemError(
        400,
        `the file has so many properties that its GeoJSON takes ${document.length} bytes, at most ${mostBytes} are allowed`,
      );
    return document;
  } catch (error) {
    if (error instanceof UnusableFileError) throw new ProblemError(400, error.message);
    throw error;
  }
}
