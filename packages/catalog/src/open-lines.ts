import { type LineSource, openLineSource } from '@cellshed/areas';
import type { Catalog } from './entries.ts';
import { closeAll, lendAll, lenderOf } from './lend-all.ts';
import type { OpenOptions } from './open-rasters.ts';

/** The line sources of a catalog, open. */
export interface OpenLines {
  /**
   * Runs `work` with the source of this name as its file is now; files that were replaced are
   * treated as in OpenRasters.
   */
  use<Result>(name: string, work: (source: LineSource) => Promise<Result>): Promise<Result>;
  /** Closes each source as soon as nobody works with it; nothing can be used any more. */
  close(): Promise<void>;
}

/** Opens all line sources of the catalog. Throws as `openAreas` does. */
export async function openLines(catalog: Catalog, options: OpenOptions = {}): Promise<OpenLines> {
  const { now = () => performance.now(), signal } = options;
  const lenders = await lendAll(catalog, catalog.lines, {
    section: 'lines',
    open: (lines) => openLineSource({ ...lines, path: lines.source }),
    lending: () => ({ recheckMilliseconds: 0, now }),
    signal,
  });
  return {
    use: async (name, work) => lenderOf(lenders, name).use(work),
    close: () => closeAll(lenders.values()),
  };
}
