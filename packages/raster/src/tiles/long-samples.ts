import type { Tiles } from './tiles.ts';

/** Larger integers are not all doubles: one would be counted as another. */
const mostExact = Number.MAX_SAFE_INTEGER;

/**
 * Checks tiles of 64-bit integers that became doubles. Reading a tile throws an Error if one of its
 * cells, within the `width` × `height` cells of the raster, has a value that is not exact.
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
      // Most tiles have no such sample anywhere.
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
