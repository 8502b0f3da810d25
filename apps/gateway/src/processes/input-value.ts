import { refused } from '../problems/problem-error.ts';

/**
 * Reads an input in any form that the standard allows: as it is, in a member `value`, or, for an
 * area of this gateway's own tables, as a link to it. Other links are refused: the gateway fetches
 * nothing for a client. Throws a ProblemError (400).
 */
export function inputValue(input: unknown, { path, base }: { readonly path: string; readonly base: string }): unknown {
  if (typeof input !== 'object' || input === null) return input;
  if ('href' in input) return linkedArea(input.href, { path, base });
  return 'value' in input && !('type' in input) ? input.value : input;
}

function linkedArea(href: unknown, { path, base }: { path: string; base: string }): string {
  const collections = `${base}/api/collections/`;
  const steps = typeof href === 'string' && href.startsWith(collections) ? href.slice(collections.length) : '';
  const [, table, id] = /^([^/?#]+)\/items\/([^/?#]+)$/.exec(steps) ?? [];
  if (table !== undefined && id !== undefined) return `${decoded(table)}/${decoded(id)}`;
  const is = JSON.stringify(href)?.slice(0, 200);
  throw refused({
    path: `${path}.href`,
    problem: `is ${is}, expected a link such as ${collections}<table>/items/<id>`,
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
