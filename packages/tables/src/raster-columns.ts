import type { Catalog, CatalogOperation } from '@cellshed/catalog';
import { rastersOf } from '@cellshed/contracts';
import { columnName } from './columns.ts';

/** The rasters that an operation or a result names: those of the list, and one for each role. */
interface NamedRasters {
  readonly rasters: readonly string[];
}

export interface RasterNames {
  /** The column of each raster, in the order of `rastersOf`. */
  readonly columns: readonly string[];
  /** The values of the operation's parameters that name these rasters. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The columns of an answer's rasters. A raster of a parameter, such as `landcover_{year}`, has one
 * column for all values, `landcover`, and the parameter has a column of its own. A raster that a
 * client chose in place of the operation's has its own name.
 */
export function rasterNames(
  asked: NamedRasters & { readonly operation: string },
  { operations }: Pick<Catalog, 'operations'>,
): RasterNames {
  const operation = operations.get(asked.operation);
  const own = rastersOf(asked);
  const templates = operation ? rastersOf(operation) : own;
  const parameters: Record<string, string> = {};
  const plain = templates.map(withoutParameters);
  const columns = own.map((raster, i) => {
    const template = templates[i];
    const values = template === undefined ? undefined : valuesIn(raster, template, operation);
    if (values === undefined) return columnName(raster, 'raster');
    Object.assign(parameters, values);
    const name = plain[i] as string;
    const isOnlyOne = name !== '' && plain.filter((one) => one === name).length === 1;
    return columnName(isOnlyOne ? name : (template as string).replaceAll(/[{}]/g, ''), 'raster');
  });
  return { columns, parameters };
}

/** `landcover_{year}` as `landcover`. */
function withoutParameters(template: string): string {
  return template.replaceAll(/[_-]?\{[a-zA-Z0-9_]+\}/g, '').replace(/^[_-]/, '');
}

/**
 * The values of parameters with which a template is this raster; undefined: it is another raster.
 */
function valuesIn(
  raster: string,
  template: string,
  operation: Pick<CatalogOperation, 'parameters'> | undefined,
): Readonly<Record<string, string>> | undefined {
  const named = new Set<string>();
  const pattern = template.split(/(\{[a-zA-Z0-9_]+\})/).map((piece) => {
    const name = /^\{(.*)\}$/.exec(piece)?.[1];
    const values = name === undefined ? undefined : operation?.parameters?.[name]?.values;
    if (name === undefined || values === undefined) return escaped(piece);
    if (named.has(name)) return `\\k<${name}>`;
    named.add(name);
    return `(?<${name}>${values.map(escaped).join('|')})`;
  });
  const found = new RegExp(`^${pattern.join('')}$`).exec(raster);
  return found ? { ...found.groups } : undefined;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\-]/g, '\\$&');
}
