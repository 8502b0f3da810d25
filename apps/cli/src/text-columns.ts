export interface ColumnOptions {
  /**
   * How many of the first columns hold names: left-aligned, and shortened where the lines would be
   * too long.
   */
  readonly names: number;
  readonly width: number;
}

/** Rows of texts as lines with columns, two spaces apart. */
export function textColumns(rows: readonly (readonly string[])[], { names, width }: ColumnOptions): string[] {
  const columns = rows[0]?.length ?? 0;
  const widest = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const fixed = widest.slice(names).reduce((sum, one) => sum + one, 2 * (columns - 1));
  let room = Math.max(0, width - fixed);
  const widths = widest.map((one, column) => {
    if (column >= names) return one;
    // What one name leaves of its share is the next one's.
    const taken = Math.min(one, Math.max(4, Math.floor(room / (names - column))));
    room -= taken;
    return taken;
  });
  return rows.map((row) =>
    row
      .map((text, column) => {
        const size = widths[column] ?? 0;
        return column < names ? shortened(text, size).padEnd(size) : text.padStart(size);
      })
      .join('  ')
      .trimEnd(),
  );
}

function shortened(text: string, size: number): string {
  return text.length <= size ? text : `${text.slice(0, size - 1)}…`;
}
