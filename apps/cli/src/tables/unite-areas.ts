import { unitsByProperty } from '@catchment/areas';
import { type CatalogAreaTable, openAreas } from '@catchment/catalog';
import { retelling, type TableAreas } from './table-areas.ts';

/**
 * Unites the areas of a table whose ids match by their values of a property, which may be cut
 * (`huc12:8`): each value is an area. Throws a sentence where no area has one.
 */
export async function uniteAreas(
  where: TableAreas,
  property: string,
  matches: (id: string) => boolean,
): Promise<TableAreas> {
  const { catalog, table } = where;
  const entry = catalog.areas.get(table) as CatalogAreaTable;
  const retold = retelling(where);
  const opened = await openAreas({ ...catalog, areas: new Map([[table, entry]]) }).catch(retold);
  try {
    const { units, others } = await opened
      .use(table, (open) => unitsByProperty(open, property, matches))
      .catch((cause: Error) => retold(new Error(`--by: ${cause.message}`, { cause })));
    if (units.size === 0) throw new Error(`--by: no area that is asked for has a value of ${property}`);
    const areas = new Map([...catalog.areas, [table, { ...entry, units }]]);
    return { ...where, catalog: { ...catalog, areas }, united: { by: property, units, others } };
  } finally {
    await opened.close();
  }
}
