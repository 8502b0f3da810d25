import type { NumberedCells } from './number-cells.ts';
import { columnBits, mostOfSquare, type Squares, side, squaresAlong } from './squares.ts';

/**
 * Makes the squares of a block. Undefined: they would have more bytes than the block has cells, or
 * one of them has too many combinations.
 */
export function makeSquares({ width, height, numbers, values }: NumberedCells): Squares | undefined {
  const starts: number[] = [];
  const room = squareRoom(values.length);
  for (let row = 0; row < squaresAlong(height); row++) {
    for (let column = 0; column < squaresAlong(width); column++) {
      starts.push(room.length());
      const [left, top] = [column * side, row * side];
      const [right, bottom] = [Math.min(left + side, width), Math.min(top + side, height)];
      if (!room.add(numbers, width, { left, top, right, bottom })) return undefined;
      if (2 * room.length() > width * height) return undefined;
    }
  }
  return {
    ...{ width, height, values },
    names: namesOf(values),
    words: room.words(),
    starts: Uint32Array.from(starts),
  };
}

export function namesOf(values: Squares['values']): string[] {
  return values.map((own) => own.join());
}

interface Corners {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Collects the words of squares. */
function squareRoom(combinations: number) {
  let words = new Uint16Array(2 ** 14);
  let length = 0;
  // The square in hand: its runs, how many of them each row has, and its combinations.
  const runs = new Uint16Array(side * side);
  const ofRow = new Uint8Array(side);
  const present: number[] = [];
  const position = new Int32Array(combinations).fill(-1);
  const cells = new Int32Array(combinations);
  /** Answers the number of runs. */
  const cut = (numbers: Uint16Array, width: number, { left, top, right, bottom }: Corners): number => {
    let count = 0;
    for (let row = top; row < bottom; row++) {
      const before = count;
      for (let from = row * width + left, end = row * width + right; from < end; ) {
        const number = numbers[from]!;
        let to = from + 1;
        while (to < end && numbers[to] === number) to++;
        if (position[number]! < 0) position[number] = present.push(number) - 1;
        cells[number]! += to - from;
        runs[count++] = (position[number]! << columnBits) | (to - 1 - row * width - left);
        from = to;
      }
      ofRow[row - top] = count - before;
    }
    return count;
  };
  const reserve = (more: number) => {
    if (length + more <= words.length) return;
    const larger = new Uint16Array(2 * words.length + more);
    larger.set(words);
    words = larger;
  };
  return {
    length: () => length,
    words: () => words.slice(0, length),
    /** False: the square has too many combinations. */
    add(numbers: Uint16Array, width: number, corners: Corners): boolean {
      const count = cut(numbers, width, corners);
      reserve(1 + 2 * present.length + side / 2 + count);
      words[length++] = present.length;
      for (const number of present) {
        words[length++] = number;
        words[length++] = cells[number]!;
        position[number] = -1;
        cells[number] = 0;
      }
      const isOne = present.length === 1;
      const isTooMany = present.length > mostOfSquare;
      present.length = 0;
      if (isOne) return true;
      const rows = corners.bottom - corners.top;
      for (let row = 0; row < rows; row += 2)
        words[length++] = ofRow[row]! | ((row + 1 < rows ? ofRow[row + 1]! : 0) << 8);
      words.set(runs.subarray(0, count), length);
      length += count;
      return !isTooMany;
    },
  };
}
