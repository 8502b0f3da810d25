import { decode, getBlobInfo, load } from 'lerc';
import type { Samples, SampleType } from '../tiles/samples.ts';
import { type Compressed, inflate, refuseOtherSize } from './compressed.ts';

/** The types of samples by their numbers in a LERC blob. */
const types: readonly SampleType[] = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'float32', 'float64'];

/** The most bytes of a blob beyond those of its samples: headers, masks and ranges. */
const overheadBytes = 65_536;

const loading = load();

/**
 * Decodes a tile that is a LERC blob, alone or inside DEFLATE or ZSTD, as GDAL does: masked cells
 * become NaN if samples are floats; if the blob lacks the last 8-bit sample, its mask is that
 * sample (alpha: 0 or 255). In a big-endian file the blob's numbers have their bytes in that order,
 * whatever their meaning.
 */
export async function decodeLerc(tile: Compressed): Promise<Uint8Array> {
  await loading;
  const blob = unwrapped(tile);
  refuseOtherHeader(blob, tile);
  const fields = checkedFields(blob, tile);
  const { pixels, mask, bandMasks } = fromLibrary(() => decode(blob, { returnInterleaved: true }));
  const masks = bandMasks ?? (mask ? [mask] : []);
  const planes = pixels.map((plane, i) => maskedAsNaN(plane as Samples, masks[i] ?? masks[0]));
  const samples = planes.length === 1 ? planes[0]! : interleaved(planes);
  const whole = fields === tile.samplesPerCell ? samples : withAlpha(samples, fields, masks[0]);
  return new Uint8Array(whole.buffer, whole.byteOffset, whole.byteLength);
}

function unwrapped({ stored, compression, mostBytes }: Compressed): Uint8Array {
  if (compression === 'lerc') return stored;
  const around = compression === 'lerc-zstd' ? 'zstd' : 'deflate';
  return inflate(around, stored, mostBytes + overheadBytes);
}

/**
 * Checks the header before the library allocates memory for it (https://github.com/Esri/lerc,
 * `Lerc2::WriteHeader`).
 */
function refuseOtherHeader(blob: Uint8Array, tile: Compressed): void {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  if (blob.length < leastHeaderBytes || Buffer.from(blob.subarray(0, 6)).toString('latin1') !== 'Lerc2 ')
    throw new Error('it does not begin as a LERC blob does');
  const version = view.getInt32(6, true);
  // From version 3 on there is a checksum in between.
  const at = version < 3 ? 10 : 14;
  refuseOtherSize('LERC', { height: view.getUint32(at, true), width: view.getUint32(at + 4, true) }, tile);
  const depth = version < 4 ? 1 : view.getUint32(at + 8, true);
  if (depth > tile.samplesPerCell) throw otherCount(depth, tile);
}

const leastHeaderBytes = 26;

/**
 * Checks the header against the format of the tile, and returns the samples per cell that the blob
 * has. They are the depth of one blob, or blobs one after the other; 8-bit alpha may be left to the
 * mask.
 */
function checkedFields(blob: Uint8Array, tile: Compressed): number {
  const { dataType, depthCount, bandCount, bandCountWithNoData } = fromLibrary(() => getBlobInfo(blob));
  const type = types[dataType];
  if (type !== tile.sampleType) throw new Error(`its LERC has samples of type ${type}, expected ${tile.sampleType}`);
  if (bandCountWithNoData > 0) throw new Error('its LERC has a no-data value of its own, expected a mask');
  const fields = depthCount * bandCount;
  const lacksAlpha = type === 'uint8' && bandCount === 1 && fields === tile.samplesPerCell - 1;
  const isWhole = fields === tile.samplesPerCell && (depthCount === 1 || bandCount === 1);
  if (!isWhole && !lacksAlpha) throw otherCount(fields, tile);
  return fields;
}

function otherCount(fields: number, { samplesPerCell }: Compressed): Error {
  return new Error(`its LERC has ${fields} samples to a cell, expected ${samplesPerCell}`);
}

/** The library's errors are numbers. */
function fromLibrary<T>(action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new Error(`its LERC is damaged or ends early (${(cause as Error).message})`, { cause });
  }
}

/**
 * Sets the samples of invalid cells to NaN, in place. Integers keep the values of the blob, as in
 * GDAL.
 */
function maskedAsNaN(samples: Samples, mask: Uint8Array | undefined): Samples {
  if (mask === undefined || !(samples instanceof Float32Array || samples instanceof Float64Array)) return samples;
  const fields = samples.length / mask.length;
  for (let cell = 0; cell < mask.length; cell++)
    if (mask[cell] === 0) samples.fill(Number.NaN, cell * fields, (cell + 1) * fields);
  return samples;
}

function interleaved(planes: readonly Samples[]): Samples {
  const [first] = planes as [Samples];
  const samples = new (first.constructor as new (length: number) => Samples)(first.length * planes.length);
  for (const [band, plane] of planes.entries())
    for (let from = 0, to = band; from < plane.length; from++, to += planes.length) samples[to] = plane[from]!;
  return samples;
}

function withAlpha(samples: Samples, fields: number, mask: Uint8Array | undefined): Samples {
  const cells = samples.length / fields;
  const whole = new Uint8Array(cells * (fields + 1));
  for (let cell = 0; cell < cells; cell++) {
    for (let field = 0; field < fields; field++) whole[cell * (fields + 1) + field] = samples[cell * fields + field]!;
    whole[cell * (fields + 1) + fields] = mask === undefined || mask[cell] !== 0 ? 255 : 0;
  }
  return whole;
}
