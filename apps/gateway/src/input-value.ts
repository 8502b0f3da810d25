import { ProblemError } from './problem-error.ts';

/**
 * The value of an input, however the standard lets a client write it: as it is, in a member
 * `value`, or, for an area of this gateway's own tables, by a link to it. Other links are refused:
 * nothing is fetched on a client's behalf. Throws a ProblemError (400).
 */
export function inputValue(
  input: unknown,
  { member, base }: { readonly member: string; readonly base: string },
): unknown {
  if (typeof input !== 'object' || input === null) return input;
  if ('href' in input) return linkedArea(input.href, { member, base });
  return 'value' in input && !('type' in input) ? input.value : input;
}

function linkedArea(href: unknown, { member, base }: { member: string; base: string }): string {
  const collections = `${base}/api/collections/`;
  const path = typeof href === 'string' && href.startsWith(collections) ? href.slice(collections.length) : '';
  const [, table, id] = /^([^/?#]+)\/items\/([^/?#]+)$/.exec(path) ?? [];
  if (table !== undefined && id !== undefined) return `${decoded(table)}/${decoded(id)}`;
  const is = JSON.stringify(href)?.slice(0, 200);
  throw new ProblemError(400, `${member}.href: is ${is}, expected a link such as ${collections}<table>/items/<id>`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
