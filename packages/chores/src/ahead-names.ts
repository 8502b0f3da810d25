import type { Catalog } from '@cellshed/catalog';
import type { Request } from '@cellshed/contracts';
import { operationsAhead, operationText } from '@cellshed/operations';

/**
 * Makes a function that names the result of a request as a warming does:
 * `<operation> <table>/<id>`. Undefined for what no warming computes: areas that are drawn, totals,
 * and choices of clients.
 */
export function aheadNames(catalog: Pick<Catalog, 'operations' | 'rasters'>): (request: Request) => string | undefined {
  const ahead = operationsAhead(catalog);
  return ({ area, lines, ...question }) => {
    if (!('id' in area) || lines !== undefined) return undefined;
    const name = operationText(question);
    const resolved = ahead.get(name)?.resolved;
    if (resolved?.coverage !== question.coverage) return undefined;
    if (JSON.stringify(resolved.definition) !== JSON.stringify(question.definition)) return undefined;
    return `${name} ${area.table}/${area.id}`;
  };
}
