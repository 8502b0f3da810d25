import type { AreaRecord } from '@cellshed/areas';
import type { Catalog, OpenAreas } from '@cellshed/catalog';
import type { Link } from '@cellshed/client';
import { valueIn } from '@cellshed/operations';
import { link, withQuery } from '../http/links.ts';
import { geojson } from './feature.ts';

/** The URL of the collections and the query of their links. */
export interface LinkPlace {
  readonly url: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
}

export interface AreaLinksSources {
  readonly catalog: Pick<Catalog, 'areas'>;
  readonly tables: Pick<OpenAreas, 'use'>;
}

/**
 * The links of an area: to itself, its table, the larger areas in which it lies (`within`), the
 * next one downstream, and those that drain into it (`upstream`). An area that is not there has no
 * link.
 */
export async function areaLinks(
  { table, id, properties }: Pick<AreaRecord, 'id' | 'properties'> & { readonly table: string },
  { url, query }: LinkPlace,
  { catalog, tables }: AreaLinksSources,
): Promise<readonly Link[]> {
  const itemUrl = (of: string, one: string) => withQuery(`${url}/${of}/items/${encodeURIComponent(one)}`, query);
  const areaLink = (href: string, rel: string, title: string) => ({ ...link(href, rel, title), type: geojson });
  const linkTo = async (rel: string, of: string, by: string): Promise<readonly Link[]> => {
    const other = valueIn(properties, by);
    if (other === undefined) return [];
    const name = await tables.use(of, async (open) => {
      return (await open.has(other)) ? ((await open.names?.([other]))?.get(other) ?? other) : undefined;
    });
    return name === undefined ? [] : [areaLink(itemUrl(of, other), rel, name)];
  };
  const { within = {}, downstream } = catalog.areas.get(table) ?? {};
  const larger = await Promise.all(Object.entries(within).map(([of, by]) => linkTo('within', of, by)));
  const into = withQuery(`${url}/${table}/items`, { ...query, drainsInto: id });
  return [
    areaLink(itemUrl(table, id), 'self', 'This area'),
    link(withQuery(`${url}/${table}`, query), 'collection', 'Its area table'),
    ...larger.flat(),
    ...(downstream === undefined ? [] : await linkTo('downstream', table, downstream)),
    ...(downstream === undefined ? [] : [areaLink(into, 'upstream', 'The areas that drain into it')]),
  ];
}
