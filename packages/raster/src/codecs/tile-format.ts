import type { SampleType } from '../tiles/samples.ts';
import type { Compression } from './compressed.ts';
import type { OddSamples } from './odd-samples.ts';

/** The format in which a file stores all its tiles. */
export interface TileFormat {
  readonly compression: Compression;
  /** The predictor as in TIFF: 1 none, 2 differences, 3 differences of the bytes of floats. */
  readonly predictor: 1 | 2 | 3;
  readonly littleEndian: boolean;
  readonly sampleType: SampleType;
  /** The stored form of samples, if it differs from their type. */
  readonly odd?: OddSamples | undefined;
  readonly width: number;
  readonly height: number;
  /** The number of samples that are stored side by side for a cell. */
  readonly samplesPerCell: number;
  /** The index of the sample to take, from 0. */
  readonly sample: number;
  /** The tables that the JPEG tiles of a file share. */
  readonly jpegTables?: Uint8Array | undefined;
}
