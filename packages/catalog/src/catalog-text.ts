import type { CatalogFile } from './schema.ts';

/** The YAML of a catalog, as people write it: lists and classes in one line each. */
export async function catalogText({ rasters, ...others }: CatalogFile, comment: string): Promise<string> {
  // Threads that count load this package, and need no YAML.
  const { Document, isCollection, isMap, visit } = await import('yaml');
  const document = new Document(
    { rasters: mapValues(rasters, withNumbers), ...others },
    { aliasDuplicateObjects: false },
  );
  document.commentBefore = comment;
  visit(document, {
    Seq: (_, list) => {
      list.flow = true;
    },
    Pair: (_, { key, value }) => {
      const isLegend = String(key) === 'legend' && isMap(value);
      if (isLegend) for (const { value: entry } of value.items) if (isCollection(entry)) entry.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Values of a legend are numbers, which need no quotes. */
function withNumbers({ legend, ...raster }: CatalogFile['rasters'][string]): object {
  if (legend === undefined) return raster;
  return { ...raster, legend: new Map(Object.entries(legend).map(([value, entry]) => [Number(value), entry])) };
}

function mapValues<Entry, Item>(
  entries: Readonly<Record<string, Entry>>,
  item: (entry: Entry) => Item,
): Record<string, Item> {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, item(entry)]));
}
