import type { GeotiffDirectories, GeotiffTags } from './geotiff.ts';
import { compressionText } from './geotiff-compression.ts';

/** The value of a fact, as plain JSON. */
export type FactValue = string | number | readonly number[] | Readonly<Record<string, unknown>>;

/** The facts of a file by name, in the order in which people read them. */
export type Facts = Readonly<Record<string, FactValue>>;

/** Reads one fact of a GeoTIFF; undefined if the file does not contain it. */
type Read = (directories: GeotiffDirectories) => FactValue | undefined;

/**
 * All facts that are shown of a GeoTIFF, whether it can be used or not. New facts are added here.
 */
const facts: Readonly<Record<string, Read>> = {
  size: ({ image }) => [image.number('ImageWidth') ?? 0, image.number('ImageLength') ?? 0],
  bands: ({ image }) => image.number('SamplesPerPixel') ?? 1,
  samples: ({ image }) => samplesText(image),
  colours: ({ image }) => photometric[image.number('PhotometricInterpretation') ?? -1],
  extraSamples: ({ image }) => listOf(image, 'ExtraSamples'),
  compression: ({ image }) => compressionText(image),
  predictor: ({ image }) => image.number('Predictor'),
  layout: ({ image }) => layoutText(image),
  byteOrder: ({ image }) => (image.littleEndian ? 'little-endian' : 'big-endian'),
  mask: ({ mask }) => mask && 'in the file',
  nodata: ({ image }) => textOf(image, 'GDAL_NODATA'),
  pixelScale: ({ image }) => listOf(image, 'ModelPixelScale'),
  tiepoint: ({ image }) => listOf(image, 'ModelTiepoint'),
  transformation: ({ image }) => listOf(image, 'ModelTransformation'),
  geoKeys: ({ image }) => keysOf(image),
  metadata: ({ image }) => textOf(image, 'GDAL_METADATA'),
};

export function geotiffFacts(directories: GeotiffDirectories): Facts {
  const known = Object.entries(facts).flatMap(([name, read]) => {
    const value = read(directories);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(known);
}

/** The most numbers of a list that are shown. */
const mostTold = 1000;

/** The names by number in the tag SampleFormat. */
const sampleFormats = ['', 'unsigned', 'signed', 'float', 'untyped', 'complex integer', 'complex float'];

/** The names by number in the tag PhotometricInterpretation, for rasters. */
const photometric: Readonly<Record<number, string>> = {
  0: 'white is 0',
  1: 'black is 0',
  2: 'RGB',
  3: 'palette',
  4: 'mask',
  5: 'CMYK',
  6: 'YCbCr',
};

function samplesText(tags: GeotiffTags): string {
  const bits = new Set(Array.from(tags.numbers('BitsPerSample')).slice(0, mostTold));
  return `${sampleFormats[tags.number('SampleFormat') ?? 1] ?? 'unknown'}, ${[...bits].join(', ') || 1} bit`;
}

function layoutText(tags: GeotiffTags): string {
  const [width, height] = [tags.number('TileWidth'), tags.number('TileLength')];
  const [rows, all] = [tags.number('RowsPerStrip'), tags.number('ImageLength') ?? 0];
  const blocks =
    width === undefined ? `strips of ${Math.min(rows ?? all, all)} rows` : `tiles of ${width} × ${height ?? 0} cells`;
  const isSeparate = tags.number('PlanarConfiguration') === 2;
  return (tags.number('SamplesPerPixel') ?? 1) === 1 ? blocks : `${blocks}, bands ${isSeparate ? 'apart' : 'together'}`;
}

function keysOf({ geoKeys }: GeotiffTags): Readonly<Record<string, unknown>> | undefined {
  const keys = Object.entries(geoKeys);
  // The parser returns several numbers in an array of its own kind.
  const plain = keys.map(([name, value]) => [
    name,
    typeof value === 'object' ? Array.from(value as ArrayLike<number>).slice(0, mostTold) : value,
  ]);
  return keys.length > 0 ? Object.fromEntries(plain) : undefined;
}

function listOf(tags: GeotiffTags, tag: string): number[] | undefined {
  const values = Array.from(tags.numbers(tag)).slice(0, mostTold);
  return values.length > 0 ? values : undefined;
}

/** Text in a TIFF ends at a 0. */
function textOf(tags: GeotiffTags, tag: string): string | undefined {
  return tags.text(tag)?.split('\0')[0];
}
