import { type Catalog, CatalogError, type OpenAreas, openAreas, openLines, openRasters } from '@cellshed/catalog';
import { refusalText } from '@cellshed/contracts';

/** The versions that the rasters, area tables and line sources of a catalog have now. */
export interface CurrentVersions {
  /** Rejects with a sentence where it cannot be opened or looked at. */
  raster(name: string): Promise<string>;
  table(name: string): Promise<string>;
  lines(name: string): Promise<string>;
  close(): Promise<void>;
}

export interface CurrentVersionsOptions {
  /** Open tables, which stay the caller's to close; default: opened here. */
  readonly tables?: Pick<OpenAreas, 'use'>;
  /** The time for which a version that a server has told is good; default: a minute. */
  readonly recheckMilliseconds?: number;
}

interface Opened {
  version(): Promise<string>;
  close(): Promise<void>;
}

/**
 * Each of them is opened when its version is first asked for, alone, so that one that cannot be
 * opened hides no other.
 */
export function openCurrentVersions(
  catalog: Catalog,
  { tables, recheckMilliseconds }: CurrentVersionsOptions = {},
): CurrentVersions {
  const looking = recheckMilliseconds === undefined ? {} : { recheckMilliseconds };
  const empty = { ...catalog, operations: new Map(), rasters: new Map(), areas: new Map(), lines: new Map() };
  const raster = lazily(async (name) => {
    const open = await openRasters({ ...empty, rasters: only(catalog.rasters, name) }, looking);
    return { version: () => open.use([name], async ([one]) => one?.version as string), close: open.close };
  });
  const table = lazily(async (name) => {
    const open = await openAreas({ ...empty, areas: only(catalog.areas, name) }, looking);
    return { version: () => open.use(name, async ({ version }) => version), close: open.close };
  });
  const lines = lazily(async (name) => {
    const open = await openLines({ ...empty, lines: only(catalog.lines, name) }, looking);
    return { version: () => open.use(name, async ({ version }) => version), close: open.close };
  });
  return {
    raster: raster.version,
    table: tables ? (name) => tables.use(name, async ({ version }) => version) : table.version,
    lines: lines.version,
    close: async () => void (await Promise.all([raster, table, lines].map((one) => one.close()))),
  };
}

function lazily(open: (name: string) => Promise<Opened>) {
  const opened = new Map<string, Promise<Opened>>();
  const opening = (name: string) => {
    const before = opened.get(name);
    if (before) return before;
    const now = open(name).catch((error: unknown) => {
      // A source that cannot be opened now may be there when it is asked for again.
      opened.delete(name);
      throw error instanceof CatalogError ? new Error(sentenceOf(error), { cause: error }) : error;
    });
    opened.set(name, now);
    return now;
  };
  return {
    version: async (name: string) => (await opening(name)).version(),
    close: async () => {
      for (const one of await Promise.allSettled(opened.values())) {
        if (one.status === 'fulfilled') await one.value.close();
      }
    },
  };
}

function only<Item>(items: ReadonlyMap<string, Item>, name: string): ReadonlyMap<string, Item> {
  return new Map([...items].filter(([one]) => one === name));
}

function sentenceOf({ problems }: CatalogError): string {
  return problems.map(refusalText).join('; ');
}
