import type { Tiles } from './raster.ts';

/** Larger integers are not all doubles: one would be counted as another. */
const mostExact = Number.MAX_SAFE_INTEGER;

/**
 * Tiles of integers of 64 bits that became doubles: reading one throws an Error where it has a
 * cell, of `width` × `height` cells of the raster, whose value is not exact.
 */
export function exactLongs(
  stored: Tiles,
  { name, width, height }: { name: string; width: number; height: number },
): Tiles {
  const { tiling } = stored;
  return {
    ...stored,
    async readTile(column, row, signal) {
      const samples = await stored.readTile(column, row, signal);
      const [left, top] = [column * tiling.width, row * tiling.height];
      // Most tiles have none, wherever it were.
      if (samples?.every((sample) => !(Math.abs(sample) > mostExact)) ?? true) return samples;
      for (const [i, sample] of samples!.entries()) {
        const [x, y] = [left + (i % tiling.width), top + Math.floor(i / tiling.width)];
        if (Math.abs(sample) > mostExact && x < width && y < height) {
          const about = BigInt(sample).toString();
          throw new Error(
            `${name}: the cell in column ${x}, row ${y} of its file is about ${about}, expected at most ${mostExact} in ` +
              'size: larger integers of 64 bits cannot all be told apart',
          );
        }
      }
      return samples;
    },
  };
}
