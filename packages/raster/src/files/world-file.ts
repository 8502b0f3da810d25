import type { GeoTransform } from '../grid/geo-transform.ts';
/**
 * Reads a world file: six lines with a number each. The last two numbers are the middle of the
 * upper left cell. Undefined: it is no world file, or its cells have no size.
 */
export function readWorldFile(text: string): GeoTransform | undefined {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  const numbers = lines.slice(0, 6).map((line) => Number(line.trim().replace(',', '.')));
  if (numbers.length < 6 || !numbers.every(Number.isFinite)) return undefined;
  const [cellWidth, shearY, shearX, step, x, y] = numbers as [number, number, number, number, number, number];
  const hasSize = (cellWidth !== 0 && step !== 0) || (shearX !== 0 && shearY !== 0);
  if (!hasSize) return undefined;
  return [x - (cellWidth + shearX) / 2, cellWidth, shearX, y - (shearY + step) / 2, shearY, step];
}
