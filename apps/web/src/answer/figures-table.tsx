import { useState } from 'preact/hooks';
import { usePaper } from '../theme.tsx';
import type { Cell, Figures } from './figures.ts';
import { type Fill, isWeak } from './fills.ts';
import { figure } from './numbers.ts';
import { patternOf } from './patterns.ts';

/** A table whose columns sort it. */
export function FiguresTable({ figures: { columns, rows }, caption }: { figures: Figures; caption: string }) {
  const [order, setOrder] = useState<{ readonly column: number; readonly isUp: boolean }>();
  const paper = usePaper();
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
          {sorted.map(({ cells, fill }) => (
            <tr key={cells.join()}>
              {cells.map((cell, column) => (
                <td key={column} class={columns[column]?.isFigure ? 'figure' : ''}>
                  {column === 0 && fill && <Swatch {...{ fill, paper }} />}
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

/** A field in the colour and pattern of a class. */
function Swatch({ fill, paper }: { fill: Fill; paper: string }) {
  return (
    <svg class={`swatch${isWeak(fill.color, paper) ? ' weak' : ''}`} aria-hidden="true" viewBox="0 0 6 6">
      <rect width="6" height="6" fill={fill.color} />
      {fill.pattern > 0 && <path d={patternOf(fill).path} stroke="currentColor" stroke-opacity="0.7" fill="none" />}
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
