import type { Spans } from './spans.ts';

/**
 * Collects the spans of the rows from `firstRow` to before `endRow`, row by row and in each row
 * from left to right, apart or touching.
 */
export function spanList(firstRow: number, endRow: number) {
  const rowStarts = new Uint32Array(endRow - firstRow + 1);
  let columns = new Int32Array(256);
  let length = 0;
  let cells = 0;
  return {
    add(row: number, start: number, end: number): void {
      cells += end - start;
      if (rowStarts[row - firstRow + 1]! > 0 && columns[length - 1] === start) {
        columns[length - 1] = end;
        return;
      }
      if (length === columns.length) {
        const larger = new Int32Array(2 * length);
        larger.set(columns);
        columns = larger;
      }
      columns[length++] = start;
      columns[length++] = end;
      rowStarts[row - firstRow + 1]!++;
    },
    done(): Spans {
      for (let r = 1; r < rowStarts.length; r++) rowStarts[r]! += rowStarts[r - 1]!;
      return { firstRow, rowStarts, columns: columns.slice(0, length), cells };
    },
  };
}
