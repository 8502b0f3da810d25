import { type Catalog, openAreas } from '@cellshed/catalog';
import { needsLines, rastersOf } from '@cellshed/contracts';

/** The names of a catalog that examples of commands use; undefined: none fits. */
export interface Examples {
  /** `table/id` of an area. */
  readonly area: string | undefined;
  /** An operation that needs nothing but an area. */
  readonly operation: string | undefined;
  /** A raster of that operation. */
  readonly raster: string | undefined;
}

/** The first area, operation and raster of a catalog that examples can name. */
export async function examplesOf(catalog: Catalog): Promise<Examples> {
  const operation = [...catalog.operations.values()].find((one) => !one.parameters && !one.isMany && !needsLines(one));
  return { area: await firstArea(catalog), operation: operation?.name, raster: operation && rastersOf(operation)[0] };
}

async function firstArea(catalog: Catalog): Promise<string | undefined> {
  const [table] = catalog.areas.keys();
  if (table === undefined) return undefined;
  const areas = await openAreas(catalog);
  try {
    const { items } = await areas.use(table, (open) => open.list({ limit: 1, offset: 0 }));
    return items[0] && `${table}/${items[0].id}`;
  } finally {
    await areas.close();
  }
}
