import type { Refusal } from '@cellshed/contracts';
import { CatalogError, located } from './catalog-error.ts';
import type { Catalog } from './entries.ts';
import { createLender, type Lender, type LenderOptions, type Replaceable } from './lender.ts';

/**
 * The way in which the entries of one section of a catalog are opened, checked together and lent.
 */
interface Kind<Item, Resource> {
  readonly section: 'rasters' | 'areas' | 'lines';
  readonly open: (item: Item, signal?: AbortSignal) => Promise<Resource>;
  /** The faults that only show where all are open. */
  readonly check?: (opened: ReadonlyMap<string, Resource>) => readonly Refusal[];
  /** Without `reopen`, an entry is opened again as at first. */
  readonly lending: (item: Item) => Omit<LenderOptions<Resource>, 'reopen'> & Partial<LenderOptions<Resource>>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Opens all entries of a section. Throws one CatalogError with everything that is wrong, or the
 * signal's reason; nothing is left open then.
 */
export async function lendAll<Item, Resource extends Replaceable>(
  catalog: Catalog,
  items: ReadonlyMap<string, Item>,
  { section, open, check, lending, signal }: Kind<Item, Resource>,
): Promise<ReadonlyMap<string, Lender<Resource>>> {
  const opened = new Map<string, Resource>();
  const lenders = new Map<string, Lender<Resource>>();
  const faults: Refusal[] = [];
  const causes: unknown[] = [];
  const openOne = async ([name, item]: [string, Item]) => {
    try {
      const resource = await open(item, signal);
      opened.set(name, resource);
      // A later opening must not end with the signal of the first: many wait for it.
      lenders.set(name, createLender(resource, { reopen: () => open(item), ...lending(item) }));
    } catch (error) {
      causes.push(error);
      // Each file that is wrong is told, of a raster that is made of several.
      const each = error instanceof AggregateError ? (error.errors as Error[]) : [error as Error];
      faults.push(...each.map(({ message }) => ({ path: `${section}.${name}`, problem: message })));
    }
  };
  await Promise.all([...items].map(openOne));
  faults.push(...(check?.(opened) ?? []));
  if (faults.length === 0) return lenders;
  await closeAll(lenders.values());
  signal?.throwIfAborted();
  throw new CatalogError(catalog.path, located(faults, catalog.places), { cause: new AggregateError(causes) });
}

/** The lender of this name. Throws when the catalog has none. */
export function lenderOf<Resource>(lenders: ReadonlyMap<string, Lender<Resource>>, name: string): Lender<Resource> {
  const lender = lenders.get(name);
  if (lender === undefined)
    throw new Error(`the catalog has no "${name}"; expected one of ${[...lenders.keys()].join(', ')}`);
  return lender;
}

export async function closeAll(lenders: Iterable<Lender<unknown>>): Promise<void> {
  await Promise.all([...lenders].map((lender) => lender.close()));
}
