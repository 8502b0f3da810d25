import { operationContracts, type ResultDocument } from '@cellshed/contracts';
import type { CatalogNames } from './catalog-names.ts';
import { alignedAtPoint, columnOfNumbers, numberText } from './number-text.ts';
import { labelColumns, type ResultTable, rasterTitle, rowsOf, titlesOf, valueText } from './table-columns.ts';

type Row = Readonly<Record<string, unknown>>;

interface Named {
  readonly rasters: readonly string[];
  readonly catalog: CatalogNames | undefined;
}

/**
 * The tables of a result whose type has no texts of its own: one of all figures, then one for each
 * list of objects. Their heads are the names of members in words.
 *
 * In a list, `values` are those of the rasters, in their order; `raster` names a raster; `value` is
 * one of that raster, or of the first; `cells` and `noData` are counts.
 */
export function plainTables(result: ResultDocument, catalog: CatalogNames | undefined): ResultTable[] {
  // The area of all cells is said above.
  const members = Object.entries(result).filter(([name]) => ownMembers.has(name) && name !== 'squareMetres');
  const figures = members.flatMap(([name, value]) => (isFigure(value) ? [[name, value] as const] : []));
  const lists = members.flatMap(([, value]) => (Array.isArray(value) && value.length > 0 ? [value as Row[]] : []));
  return [
    ...(figures.length > 0 ? [figuresTable(figures)] : []),
    ...lists.map((rows) => listTable(rows, { rasters: result.rasters, catalog })),
  ];
}

/** The members that only results of some type have. */
const ownMembers = new Set<string>(operationContracts.flatMap(({ members }) => Object.keys(members)));

type Figure = number | null;

function isFigure(value: unknown): value is Figure {
  return typeof value === 'number' || value === null;
}

function figuresTable(figures: readonly (readonly [string, Figure])[]): ResultTable {
  const texts = alignedAtPoint(figures.map(([, value]) => numberText(value)));
  return { head: ['', ''], labels: 1, rows: rowsOf([figures.map(([name]) => inWords(name)), texts]), noun: 'figures' };
}

function listTable(rows: readonly Row[], named: Named): ResultTable {
  const columns = Object.keys(rows[0] as Row).flatMap((member) => columnsOf(member, rows, named));
  const sorted = [...columns.filter(({ isLabel }) => isLabel), ...columns.filter(({ isLabel }) => !isLabel)];
  return {
    head: sorted.map(({ head }) => head),
    labels: columns.filter(({ isLabel }) => isLabel).length,
    rows: rowsOf(sorted.map(({ texts }) => texts)),
    noun: 'raster' in (rows[0] as Row) ? 'rasters' : 'rows',
  };
}

interface Column {
  readonly head: string;
  readonly texts: readonly string[];
  readonly isLabel?: true;
}

function columnsOf(member: string, rows: readonly Row[], { rasters, catalog }: Named): Column[] {
  const cells = rows.map((row) => row[member]);
  if (member === 'values') {
    const groups = rows as readonly { readonly values: readonly Figure[] }[];
    const heads = titlesOf(rasters, catalog);
    return labelColumns(groups, rasters, catalog).map((texts, i) => ({
      head: heads[i] as string,
      texts,
      isLabel: true,
    }));
  }
  if (member === 'raster') return rasterColumns(cells as string[], catalog);
  if (member === 'value') {
    const rasterIn = ({ raster = rasters[0] }: Row) => raster as string;
    const texts = rows.map((row) => valueText(row.value as Figure, rasterIn(row), catalog));
    return [
      {
        head: 'raster' in (rows[0] as Row) ? member : rasterTitle(rasters[0] as string, catalog),
        texts,
        isLabel: true,
      },
    ];
  }
  const figures = cells as Figure[];
  if (/squareMetres$/i.test(member)) {
    const texts = figures.map((figure) => (figure === null ? 'none' : (figure / 1e6).toFixed(2)));
    return [{ head: inWords(member).replace('square metres', 'km²'), texts }];
  }
  const isCount = member === 'cells' || member === 'noData';
  return [
    { head: inWords(member), texts: isCount ? columnOfNumbers(figures) : alignedAtPoint(figures.map(numberText)) },
  ];
}

/** The titles of rasters, and their units where any is known. */
function rasterColumns(names: readonly string[], catalog: CatalogNames | undefined): Column[] {
  const units = names.map((name) => catalog?.rasters.get(name)?.units ?? '');
  const hasUnits = units.some((unit) => unit !== '');
  return [
    { head: 'raster', texts: titlesOf(names, catalog), isLabel: true },
    ...(hasUnits ? [{ head: 'units', texts: units, isLabel: true } as const] : []),
  ];
}

/** `noData` as `no data`. */
function inWords(member: string): string {
  return member.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
