import { useState } from 'preact/hooks';
import { usePaper } from '../theme.tsx';
import { words as said } from '../words.ts';
import type { Cell, Figures } from './figures.ts';
import { type Fill, isWeak } from './fills.ts';
import { columnFormat, figure, withSign } from './numbers.ts';
import { patternOf } from './patterns.ts';
import { type Order, sorted } from './row-order.ts';

/** The rows that are on the screen at first. A print has all. */
const mostRows = 20;

/** A table whose columns sort it. */
export function FiguresTable({ figures, caption }: { figures: Figures; caption: string }) {
  const { columns, rows } = figures;
  const [order, setOrder] = useState<Order>();
  const [isWhole, setWhole] = useState(false);
  const paper = usePaper();
  const words = wordsOf(figures);
  // Names begin with the first, figures with the greatest.
  const sortBy = (column: number) =>
    setOrder({ column, isUp: order?.column === column ? !order.isUp : !columns[column]?.isFigure });
  return (
    <div class="table" tabIndex={0} role="group" aria-label={caption}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, isFigure }, column) => (
              <th
                key={column}
                scope="col"
                class={isFigure ? 'figure' : ''}
                aria-sort={order?.column === column ? (order.isUp ? 'ascending' : 'descending') : undefined}
              >
                <button type="button" onClick={() => sortBy(column)}>
                  {title}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted(rows, order).map(({ cells, fill }, row) => (
            <tr key={cells.join()} class={!isWhole && row >= mostRows ? 'beyond' : undefined}>
              {cells.map((cell, column) => (
                <td key={column} class={columns[column]?.isFigure ? 'figure' : 'name'}>
                  {column === 0 && fill && <Swatch {...{ fill, paper }} />}
                  {column === 0 && fill ? <span>{words(cell, column)}</span> : words(cell, column)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {!isWhole && rows.length > mostRows && (
        <button type="button" class="quiet screen" onClick={() => setWhole(true)}>
          {said.figures.allRows(rows.length)}
        </button>
      )}
    </div>
  );
}

/** A field in the colour and pattern of a class. */
export function Swatch({ fill, paper }: { readonly fill: Fill; readonly paper: string }) {
  return (
    <svg class={`swatch${isWeak(fill.color, paper) ? ' weak' : ''}`} aria-hidden="true" viewBox="0 0 6 6">
      <rect width="6" height="6" fill={fill.color} />
      {fill.pattern > 0 && <path d={patternOf(fill).path} stroke="currentColor" stroke-opacity="0.7" fill="none" />}
    </svg>
  );
}

/** The words of the cells of a table: figures that are alike have the same decimals. */
function wordsOf({ columns, rows, unit }: Figures): (cell: Cell, column: number) => string {
  const alike = Map.groupBy(columns.keys(), (column) => columns[column]?.decimals);
  const formats = columns.map(({ decimals }) => {
    if (decimals === undefined) return figure;
    const values = rows.flatMap(({ cells }) => (alike.get(decimals) ?? []).map((one) => cells[one]));
    const isAmount = decimals === 'amount';
    return columnFormat(values.filter((one) => typeof one === 'number') as number[], {
      unit: isAmount ? unit : undefined,
    });
  });
  return (cell, column) => {
    if (typeof cell !== 'number') return cell ?? '–';
    const text = (formats[column] as typeof figure)(cell);
    return columns[column]?.isDifference ? withSign(text, cell) : text;
  };
}
