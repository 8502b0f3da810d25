import Table from 'cli-table3';
import { widthOf, wordWrapped } from './terminal-text.ts';

export interface ColumnOptions {
  /** The count of first columns that hold names: left-aligned, narrower in narrow terminals. */
  readonly names: number;
  /** The columns of the terminal. */
  readonly width: number;
  /** Whether names go on in further lines; default: they are shortened. */
  readonly wraps?: boolean;
}

/** Names that would be narrower than this are put above their rows. */
const narrowestName = 7;

/**
 * Rows of texts as the lines of a table without borders. In a terminal that is too narrow for names
 * beside the other columns, the names of a row stand above it.
 */
export function textColumns(rows: readonly (readonly string[])[], options: ColumnOptions): string[] {
  const { names, wraps = false } = options;
  const colWidths = columnWidths(rows, options);
  const isNarrow = colWidths
    .slice(0, names)
    .some((width, column) => width < narrowestName && rows.some((row) => widthOf(row[column] ?? '') > width));
  if (isNarrow && !wraps) return stackedRows(rows, options);
  const table = new Table({
    chars: { ...noBorders, middle: gap },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths,
    colAligns: colWidths.map((_, column) => (column < names ? 'left' : 'right')),
  });
  // Lines are wrapped here, since the table would shorten words that are longer than a line.
  const cellOf = (text: string, column: number) =>
    wraps && column < names ? wordWrapped(text, colWidths[column] as number, { cutsWords: true }) : text;
  table.push(...rows.map((row) => row.map(cellOf)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

function stackedRows(rows: readonly (readonly string[])[], { names, width }: ColumnOptions): string[] {
  const figures = textColumns(
    rows.map((row) => row.slice(names)),
    { names: 0, width },
  );
  return rows.flatMap((row, i) => [
    ...wordWrapped(row.slice(0, names).join(gap), width).split('\n'),
    `${gap}${figures[i]}`,
  ]);
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
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
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
