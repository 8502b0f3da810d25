import { type Catalog, labelOf } from '@catchment/catalog';
import type { GroupedCountResult } from '@catchment/operations';
import Table from 'cli-table3';

export interface TableOptions {
  /** Characters of a line. */
  readonly width: number;
  /** Gives the values their labels. */
  readonly catalog?: Catalog;
  /** Default: all. */
  readonly mostRows?: number;
}

/** A result as a table for people: a row per combination of values, most cells first, as wide as the terminal at most. */
export function countTable(result: GroupedCountResult, { width, catalog, mostRows }: TableOptions): string {
  const { rasters, groups, cells, cellArea } = result;
  const titles = rasters.map((name) => catalog?.rasters.get(name)?.title ?? name);
  const head = [...titles, 'cells', ...(cellArea === undefined ? [] : ['km²']), '%'];
  const numbers = head.length - titles.length;
  const rows = groups
    .toSorted((a, b) => b.cells - a.cells)
    .slice(0, mostRows)
    .map((group) => [
      ...group.values.map((value, index) => valueText(catalog, rasters[index] as string, value)),
      group.cells.toLocaleString('en'),
      ...(cellArea === undefined ? [] : [((group.cells * cellArea) / 1e6).toFixed(2)]),
      ((100 * group.cells) / cells).toFixed(1),
    ]);
  const table = new Table({
    head,
    colAligns: head.map((_, index) => (index < titles.length ? 'left' : 'right')),
    colWidths: columnWidths([head, ...rows], numbers, width),
    chars,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
  });
  table.push(...rows);
  const left = groups.length - rows.length;
  const more = left > 0 ? [`… and ${left} more combinations`] : [];
  return [...summary(result, catalog), '', groups.length > 0 ? table.toString() : 'no cells', ...more].join('\n');
}

const none = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
const inner = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];
const chars = { ...Object.fromEntries([...none, ...inner].map((place) => [place, ''])), middle: ' ' };

function summary(result: GroupedCountResult, catalog: Catalog | undefined): string[] {
  const { operation, area, cells, covered, cellArea, warnings = [] } = result;
  const title = catalog?.operations.get(operation)?.title ?? operation;
  const size = cellArea === undefined ? '' : ` (${((cells * cellArea) / 1e6).toFixed(2)} km²)`;
  const share = covered === 1 ? '' : `, ${(100 * covered).toFixed(1)} % of the area is on the rasters`;
  return [`${title} in ${area}`, `${cells.toLocaleString('en')} cells${size}${share}`, ...warnings];
}

function valueText(catalog: Catalog | undefined, name: string, value: number | null): string {
  const raster = catalog?.rasters.get(name);
  const label = raster && labelOf(raster, value);
  if (value === null) return label ?? 'no data';
  return label === undefined ? String(value) : `${value} ${label}`;
}

/** Every column as wide as its widest cell; those of labels share what the terminal leaves, so that no line wraps. */
function columnWidths(lines: readonly (readonly string[])[], numbers: number, width: number): number[] {
  const columns = lines[0]?.length ?? 0;
  const widest = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length + 1)),
  );
  const labels = columns - numbers;
  const taken = widest.slice(labels).reduce((sum, one) => sum + one, columns);
  const most = Math.max(8, Math.floor((width - taken) / labels));
  return widest.map((one, column) => (column < labels ? Math.min(one, most) : one));
}
