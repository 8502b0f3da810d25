import { useState } from 'preact/hooks';
import type { Cell, Figures } from './figures.ts';
import { figure } from './numbers.ts';

/** A table whose columns sort it. */
export function FiguresTable({ figures: { columns, rows }, caption }: { figures: Figures; caption: string }) {
  const [order, setOrder] = useState<{ readonly column: number; readonly isUp: boolean }>();
  const sorted = order
    ? rows.toSorted(
        (a, b) => (order.isUp ? 1 : -1) * compare(a.cells[order.column] ?? null, b.cells[order.column] ?? null),
      )
    : rows;
  return (
    <div class="table" tabIndex={0} role="group" aria-label={caption}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, isFigure }, column) => (
              <th
                key={title}
                scope="col"
                class={isFigure ? 'figure' : ''}
                aria-sort={order?.column === column ? (order.isUp ? 'ascending' : 'descending') : undefined}
              >
                <button
                  type="button"
                  onClick={() => setOrder({ column, isUp: order?.column === column && !order.isUp })}
                >
                  {title}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ cells, color }) => (
            <tr key={cells.join()}>
              {cells.map((cell, column) => (
                <td key={column} class={columns[column]?.isFigure ? 'figure' : ''}>
                  {column === 0 && color && <Swatch color={color} />}
                  {shown(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Swatch({ color }: { color: string }) {
  return (
    <svg class="swatch" aria-hidden="true" viewBox="0 0 10 10">
      <rect width="10" height="10" fill={color} />
    </svg>
  );
}

function compare(a: Cell, b: Cell): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a ?? '').localeCompare(String(b ?? ''));
}

function shown(cell: Cell): string {
  if (cell === null) return '–';
  return typeof cell === 'number' ? figure(cell) : cell;
}
