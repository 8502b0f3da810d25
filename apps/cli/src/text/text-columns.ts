import Table from 'cli-table3';
import stringWidth from 'string-width';

export interface ColumnOptions {
  /** The count of first columns that hold names: left-aligned, shortened in narrow terminals. */
  readonly names: number;
  /** The columns of the terminal. */
  readonly width: number;
}

/** Rows of texts as the lines of a table without borders. */
export function textColumns(rows: readonly (readonly string[])[], { names, width }: ColumnOptions): string[] {
  const colWidths = columnWidths(rows, { names, width });
  const table = new Table({
    chars: { ...noBorders, middle: gap },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths,
    colAligns: colWidths.map((_, column) => (column < names ? 'left' : 'right')),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

const gap = '  ';

const edges = ['top', 'bottom', 'mid'] as const;
const noBorders = Object.fromEntries([
  ...edges.flatMap((edge) => [edge, `${edge}-mid`, `${edge}-left`, `${edge}-right`].map((name) => [name, ''])),
  ...['left', 'left-mid', 'mid-mid', 'right', 'right-mid'].map((name) => [name, '']),
]);

/** The width of each column. Names share the room that the other columns leave. */
function columnWidths(rows: readonly (readonly string[])[], { names, width }: ColumnOptions): number[] {
  const columns = rows[0]?.length ?? 0;
  const widest = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))),
  );
  const others = widest.slice(names).reduce((sum, one) => sum + one, gap.length * (columns - 1));
  let room = width - others;
  return widest.map((one, column) => {
    if (column >= names) return one;
    // The next name takes what this one leaves of its share.
    const taken = Math.min(one, Math.max(4, Math.floor(room / (names - column))));
    room -= taken;
    return taken;
  });
}
