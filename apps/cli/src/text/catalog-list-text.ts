import type { Catalog } from '@cellshed/catalog';
import { needsLines } from '@cellshed/contracts';
import type { CatalogList } from '../json-documents.ts';
import { styled } from './styled.ts';
import { textColumns } from './text-columns.ts';

/** Lists the names of a catalog, without what its files say. */
export function listOf({ areas, operations, rasters }: Catalog): CatalogList {
  return {
    areas: Array.from(areas.values(), ({ name, title }) => ({ name, ...(title !== undefined && { title }) })),
    operations: Array.from(operations.values(), (operation) => ({
      name: operation.name,
      type: operation.type,
      ...(operation.title !== undefined && { title: operation.title }),
      parameters: Object.fromEntries(
        Object.entries(operation.parameters ?? {}).map(([name, { values }]) => [name, [...values]]),
      ),
      needsLines: needsLines(operation),
    })),
    rasters: Array.from(rasters.values(), ({ name, title, units }) => ({
      name,
      ...(title !== undefined && { title }),
      ...(units !== undefined && { units }),
    })),
  };
}

/** The same for people: a name in each line, with its title and what has to be chosen. */
export function catalogListText({ areas, operations, rasters }: CatalogList, width: number): string {
  const part = (head: string, rows: readonly (readonly string[])[]) => {
    const lines = rows.length === 0 ? ['none'] : textColumns(rows, { names: 2, width: width - 2, wraps: true });
    return [styled('head', head), ...lines.map((line) => `  ${line}`)].join('\n');
  };
  const choices = (one: CatalogList['operations'][number]) => [
    ...Object.entries(one.parameters).map(([name, values]) => `${name}: ${values.join(', ')}`),
    ...(one.needsLines ? ['with lines'] : []),
  ];
  const titled = (title: string | undefined, more: readonly string[]) =>
    [title ?? '', ...more.map((one) => `(${one})`)].filter((text) => text !== '').join(' ');
  return [
    part(
      'Areas',
      areas.map(({ name, title }) => [name, title ?? '']),
    ),
    part(
      'Operations',
      operations.map((one) => [one.name, titled(one.title, choices(one))]),
    ),
    part(
      'Rasters',
      rasters.map(({ name, title, units }) => [name, titled(title, units === undefined ? [] : [units])]),
    ),
  ].join('\n\n');
}
