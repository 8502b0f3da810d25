import type { Catalog } from '@cellshed/catalog';
import { type Coverage, coverageRules, type Definition, hasUnits, type Request } from '@cellshed/contracts';
import { definitionFor } from '../known-operations.ts';
import { methodOf } from '../methods.ts';

/**
 * The reason why results of an operation on several areas do not add up to that on all of them;
 * undefined: they do.
 */
export function whyNotAdded({ type }: Pick<Definition, 'type'>, coverage: Coverage): string | undefined {
  const { partOf } = methodOf(type);
  if (typeof partOf !== 'function') return partOf.whyNot;
  if (coverageRules[coverage].isApart) return undefined;
  return `results by coverage ${coverage} do not add up, as a cell on the border of two areas counts in both; ask for ${addable.join(' or ')}`;
}

/**
 * Whether a request for several areas as one is answered by adding up their results. Else they are
 * united, and their cells counted.
 */
export function isTotal(request: Request, catalog: Pick<Catalog, 'operations'>): boolean {
  return hasUnits(request.area) && whyNotAdded(definitionFor(request, catalog), request.coverage) === undefined;
}

const addable = Object.entries(coverageRules).flatMap(([name, { isApart }]) => (isApart ? [name] : []));
