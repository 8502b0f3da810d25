import type { NamedFigures } from './compared.ts';
import type { Cell } from './figures.ts';

const significant = 6;

/** The tables of areas as one in CSV (RFC 4180), with the area's name in the first column. */
export function csvOf(tables: readonly NamedFigures[], areaTitle: string): string {
  const titles = tables[0]?.figures.columns.map(({ title }) => title) ?? [];
  const rows = tables.flatMap(({ name, figures }) => figures.rows.map(({ cells }) => [name, ...cells]));
  return [[areaTitle, ...titles], ...rows].map((cells) => `${cells.map(field).join(',')}\r\n`).join('');
}

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(Number.isInteger(cell) ? cell : Number(cell.toPrecision(significant)));
  // A program for tables takes a text that begins so for a formula.
  const text = /^[=+@\t-]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
