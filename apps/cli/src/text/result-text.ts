import { coverageRemark, type ResultDocument } from '@cellshed/contracts';
import type { CatalogNames } from './catalog-names.ts';
import { numberText } from './number-text.ts';
import { resultTables } from './result-tables.ts';
import { styled } from './styled.ts';
import { type ResultTable, withUnits } from './table-columns.ts';
import { textColumns } from './text-columns.ts';
import { wrapped } from './wrapped.ts';

export interface TextOptions {
  /** Characters of a line. */
  readonly width: number;
  /** Gives rasters their titles and units, values their labels. */
  readonly catalog?: CatalogNames | undefined;
  /** The most rows of a table; default: all groups, and 20 of the values that statistics list. */
  readonly mostRows?: number;
  /** Whether labels go on in further lines in narrow terminals; default: they are shortened. */
  readonly wraps?: boolean;
  /** The user's name of the area; default: the result's. */
  readonly area?: string | undefined;
}

/**
 * A result for people: what it is of, and tables that are no wider than the terminal where labels
 * can be shortened.
 */
export function resultText(result: ResultDocument, options: TextOptions): string {
  const { width, catalog } = options;
  const tables = resultTables(result, catalog).flatMap((table) => ['', ...tableLines(table, options)]);
  const [title = '', ...lines] = headLines(result, options);
  const head = [styled('head', title), ...lines].flatMap((line) => wrapped(line, width));
  return [...head, ...tables].join('\n');
}

/** A table in lines; `no cells` where it has no rows. */
export function tableLines({ head, rows, labels, noun, mostRows: own }: ResultTable, options: TextOptions): string[] {
  if (rows.length === 0) return ['no cells'];
  const { width, wraps = false, mostRows = own } = options;
  const shown = rows.slice(0, mostRows);
  const heads = head.some((text) => text !== '') ? [head.map((text) => styled('head', text))] : [];
  const left = rows.length - shown.length;
  return [
    ...textColumns([...heads, ...shown], { names: labels, width, wraps }),
    ...(left > 0 ? [`… and ${left.toLocaleString('en')} more ${noun}`] : []),
  ];
}

function headLines(result: ResultDocument, { catalog, area = result.area }: TextOptions): string[] {
  const { coverage, cells, covered, cellArea, warnings = [] } = result;
  const { squareMetres = cellArea && cells * cellArea } = result as { readonly squareMetres?: number };
  const size = squareMetres === undefined ? '' : ` (${(squareMetres / 1e6).toFixed(2)} km²)`;
  const share = covered === 1 ? '' : `, ${shareText(covered)}`;
  return [
    `${titleText(result, catalog)} in ${area}`,
    `${numberText(cells)} cells${size}${coverageRemark(coverage)}${share}`,
    ...aboutLines(result, catalog),
    ...scaleLines(result, catalog),
    ...warnings,
  ];
}

/** Sentences that say how raw values become values in units. */
export function scaleLines({ scales = [] }: ResultDocument, catalog: CatalogNames | undefined): string[] {
  return scales.flatMap(({ raster, scale, offset, applied }) => {
    if (applied) return [];
    const name = catalog?.rasters.get(raster)?.title ?? raster;
    const sum = offset === 0 ? '' : ` ${offset < 0 ? '−' : '+'} ${Math.abs(offset)}`;
    return [`${name}: values are as stored; in units they are value × ${scale}${sum} (scaled: true in the catalog)`];
  });
}

/** The catalog's title of the operation. */
export function titleText({ operation }: Pick<ResultDocument, 'operation'>, catalog: CatalogNames | undefined): string {
  return catalog?.operations.get(operation)?.title ?? operation;
}

/** The share of an area that is on the rasters. */
export function shareText(covered: number): string {
  return `${(100 * covered).toFixed(1)} % of the area is on the rasters`;
}

/** Sentences that say what is described, unless the tables name it. */
export function aboutLines(result: ResultDocument, catalog: CatalogNames | undefined): string[] {
  if ('target' in result) return [`average of ${withUnits(result.target, catalog)}`];
  if (!('count' in result)) return [];
  const { rasters, weights, approximate } = result;
  const weighted = weights === undefined ? '' : `; weights are ${withUnits(weights, catalog)}`;
  const error = approximate && (100 * approximate.relativeError).toPrecision(2);
  return [
    `statistics of ${withUnits(rasters[0] as string, catalog)}${weighted}`,
    ...(error ? [`too many values to keep them all: median and quantiles are good to ${error} %`] : []),
  ];
}
