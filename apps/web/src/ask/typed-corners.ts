import type { Corner } from '../asked.ts';
import { words } from '../words.ts';

/**
 * Reads corners that were typed or pasted, one a line: longitude and latitude. Throws a sentence
 * for the first line that is wrong.
 */
export function typedCorners(text: string): readonly Corner[] {
  const lines = text.split('\n').map((line) => line.trim());
  const corners = lines.flatMap((line, index): Corner[] => {
    if (line === '') return [];
    // People paste a minus as it is printed.
    const numbers = line
      .replaceAll('−', '-')
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map(Number);
    const [longitude, latitude] = numbers;
    const isRight = numbers.length === 2 && Math.abs(longitude as number) <= 180 && Math.abs(latitude as number) <= 90;
    if (!isRight) throw new Error(words.draw.badLine(index + 1, line));
    return [[longitude as number, latitude as number]];
  });
  const isClosed = corners.length > 3 && String(corners[0]) === String(corners.at(-1));
  const open = isClosed ? corners.slice(0, -1) : corners;
  if (open.length < 3) throw new Error(words.draw.few);
  return open;
}
