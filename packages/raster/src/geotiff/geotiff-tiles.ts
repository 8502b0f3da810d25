import { bytesOfTile } from '../codecs/tile-decoder.ts';
import type { TileFormat } from '../codecs/tile-format.ts';
import type { Tiling } from '../tiles/tiles.ts';
import type { GeotiffTags } from './geotiff.ts';
import { codingOf } from './geotiff-compression.ts';
import { sizeOf } from './geotiff-grid.ts';
import { sampleFormatOf } from './sample-format.ts';

/** The places of the tiles of one band in a file, and their format. */
export interface StoredTiles {
  readonly tiling: Tiling;
  /** The number of rows in the bottom tiles: strips end with the raster, tiles are stored whole. */
  readonly lastRows: number;
  readonly format: TileFormat;
  /** The offsets of the tiles, row by row. */
  readonly offsets: ArrayLike<number>;
  /** The lengths of the tiles; the file may lack some, or all. */
  readonly byteCounts: ArrayLike<number>;
  /** Whether the bits of a byte begin with the least significant one. */
  readonly isBitReversed: boolean;
  /** The index of the band's first tile. */
  readonly firstTile: number;
}

/**
 * Reads from the tags how band `band` (the first is 1) is stored. Throws an Error that tells what
 * is not supported or damaged.
 */
export function storedTiles(tags: GeotiffTags, band: number): StoredTiles {
  const bands = tags.number('SamplesPerPixel') ?? 1;
  if (!Number.isInteger(band) || band < 1 || band > bands)
    throw new Error(`it has no band ${band}, expected 1 to ${bands}`);
  const tiled = tags.number('TileWidth') !== undefined;
  const tiling = tilingOf(tags, tiled);
  const separate = tags.number('PlanarConfiguration') === 2;
  const tilesOfBand = tiling.across * tiling.down;
  const offsets = tags.numbers(tiled ? 'TileOffsets' : 'StripOffsets');
  const byteCounts = tags.numbers(tiled ? 'TileByteCounts' : 'StripByteCounts');
  const expected = separate ? tilesOfBand * bands : tilesOfBand;
  if (offsets.length < expected) {
    throw new Error(`it lists the offsets of ${offsets.length} tiles, expected those of ${expected}`);
  }
  const samples = { ...sampleFormatOf(tags), samplesPerCell: separate ? 1 : bands };
  const coding = codingOf(tags, samples);
  const { width, height } = tiling;
  const { littleEndian } = tags;
  const format = { ...samples, ...coding, littleEndian, width, height, sample: separate ? 0 : band - 1 };
  refuseLargeTiles(format);
  return {
    tiling,
    lastRows: tiled ? height : sizeOf(tags).height - (tiling.down - 1) * height,
    format,
    offsets,
    byteCounts,
    // A JPEG stream defines the order of its bits itself.
    isBitReversed: tags.number('FillOrder') === 2 && !coding.compression.startsWith('jpeg'),
    firstTile: separate ? (band - 1) * tilesOfBand : 0,
  };
}

/**
 * The most cells in a tile. A damaged file that claims more is refused before memory is allocated.
 */
const mostCellsOfTile = 2 ** 28;
const mostBytesOfTile = 2 ** 31;

function tilingOf(tags: GeotiffTags, tiled: boolean): Tiling {
  const { width: columns, height: rows } = sizeOf(tags);
  const width = (tiled ? tags.number('TileWidth') : columns) ?? 0;
  // Some writers of a single strip give it 2^32 - 1 rows, or no number.
  const height = tiled ? (tags.number('TileLength') ?? 0) : Math.min(tags.number('RowsPerStrip') ?? rows, rows);
  if (width < 1 || height < 1 || width * height > mostCellsOfTile) {
    throw new Error(`its tiles are ${width} × ${height} cells large, expected 1 to ${mostCellsOfTile} cells`);
  }
  return { width, height, across: Math.ceil(columns / width), down: Math.ceil(rows / height) };
}

/** Throws for tiles that are too large; the cells of many bands side by side may be large, too. */
function refuseLargeTiles(format: TileFormat): void {
  const bytes = bytesOfTile(format);
  if (bytes <= mostBytesOfTile) return;
  throw new Error(
    `its tiles of ${format.width} × ${format.height} cells with ${format.samplesPerCell} samples are ${bytes} bytes large, ` +
      `expected at most ${mostBytesOfTile}`,
  );
}
