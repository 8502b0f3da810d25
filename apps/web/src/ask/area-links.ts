import { client } from '../api.ts';
import type { KnownArea } from './use-area.ts';

/** An area that is named by another. */
export interface LinkedArea {
  /** `table/id` */
  readonly area: string;
  readonly name: string;
}

/** The areas that an area links to: those `within` which it lies, or the next one `downstream`. */
export function linkedAreas({ links }: KnownArea, rel: 'within' | 'downstream'): readonly LinkedArea[] {
  return links.flatMap((link): LinkedArea[] => {
    const [, table, id] = /\/collections\/([^/?]+)\/items\/([^/?]+)/.exec(link.href) ?? [];
    if (link.rel !== rel || table === undefined || id === undefined) return [];
    const area = `${decodeURIComponent(table)}/${decodeURIComponent(id)}`;
    return [{ area, name: link.title ?? area }];
  });
}

/** Whether the table of an area says which area drains into which. */
export function isInStream({ links }: KnownArea): boolean {
  return links.some(({ rel }) => rel === 'upstream');
}

const most = 100;

/** The areas that drain directly into an area: a hundred at most. */
export async function areasAbove({ area }: KnownArea, signal: AbortSignal): Promise<readonly LinkedArea[]> {
  const { table, id } = tableAndId(area);
  const { features } = await client.areas(table, { drainsInto: id, skipGeometry: true, limit: most }, { signal });
  return features.map((one) => ({ area: `${table}/${one.id}`, name: String(one.properties.name ?? one.id) }));
}

/** The table and the id of a well-known area. */
export function tableAndId(area: string): { readonly table: string; readonly id: string } {
  const slash = area.indexOf('/');
  return { table: area.slice(0, slash), id: area.slice(slash + 1) };
}
