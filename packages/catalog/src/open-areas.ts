import { type AreaTable, ChangedTableError, isDatabase, openAreaTable, UnreachableTableError } from '@cellshed/areas';
import type { Catalog, CatalogAreaTable } from './entries.ts';
import { closeAll, lendAll, lenderOf } from './lend-all.ts';
import type { OpenOptions } from './open-rasters.ts';

/** The area tables of a catalog, open. */
export interface OpenAreas {
  /**
   * Runs `work` with the table of this name as its source is now; files that were replaced are
   * treated as in OpenRasters. Runs it once more, with the table opened anew, where `work` finds
   * that the table has changed meanwhile.
   */
  use<Result>(name: string, work: (table: AreaTable) => Promise<Result>): Promise<Result>;
  /** Sentences for an operator about the tables as they were opened; each names its table. */
  readonly notes: readonly string[];
  /** Closes each table as soon as nobody works with it; nothing can be used any more. */
  close(): Promise<void>;
}

export interface AreasOptions extends Pick<OpenOptions, 'now' | 'recheckMilliseconds' | 'signal'> {
  /** Opens a table again after its source was replaced; default: as at first. */
  readonly reopen?: (table: CatalogAreaTable, open: () => Promise<AreaTable>) => Promise<AreaTable>;
}

/**
 * Opens all area tables of the catalog. Throws one CatalogError with everything that is wrong, or
 * the signal's reason; nothing is left open then.
 */
export async function openAreas(catalog: Catalog, options: AreasOptions = {}): Promise<OpenAreas> {
  const { now = () => performance.now(), recheckMilliseconds, signal, reopen = (_table, open) => open() } = options;
  // The table itself decides how often it looks at a database: it also sees a row that has changed
  // before.
  const open = (table: CatalogAreaTable) => openAreaTable({ ...table, path: table.source, recheckMilliseconds, now });
  const lenders = await lendAll(catalog, catalog.areas, {
    section: 'areas',
    open,
    lending: (table) => ({
      recheckMilliseconds: 0,
      now,
      reopen: () => reopen(table, () => open(table)).catch((error: Error) => unopened(table, error)),
    }),
    signal,
  });
  const notesOf = ({ name, notes }: AreaTable) => notes.map((note) => `area table ${name}: ${note}`);
  const notes = await Promise.all(
    Array.from(lenders.values(), (lender) => lender.use(async (table) => notesOf(table))),
  );
  return {
    notes: notes.flat(),
    use: async (name, work) => {
      const lender = lenderOf(lenders, name);
      try {
        return await lender.use(work);
      } catch (error) {
        if (!(error instanceof ChangedTableError)) throw error;
        return lender.use(work);
      }
    },
    close: () => closeAll(lenders.values()),
  };
}

/**
 * Rethrows why a table could not be opened again. A table of a database may be dropped and made
 * again, step by step: a later try may succeed.
 */
function unopened({ source }: CatalogAreaTable, error: Error): never {
  if (!isDatabase(source) || error instanceof UnreachableTableError) throw error;
  throw new ChangedTableError(error.message, { cause: error });
}
