import { stat } from 'node:fs/promises';
import { type AreaTable, fileVersion, isDatabase, tableVersion } from '@cellshed/areas';
import type { AreasOptions } from '@cellshed/catalog';
import { type PackedIds, packedIds } from './packed-ids.ts';
import type { Threads } from './threads.ts';

/** A table as a thread has read it. */
export interface ReadTable extends Pick<AreaTable, 'version' | 'notes'> {
  readonly ids: PackedIds;
}

/** The largest file that is opened in line, which takes some 20 ms. */
const mostBytesInLine = 1_000_000;

/**
 * Opens tables whose files were replaced, without holding up this thread: one of `threads` reads a
 * large file, and this thread receives its ids alone. Areas are then read by threads.
 */
export function reopeningBy(threads: Pick<Threads, 'run'>): NonNullable<AreasOptions['reopen']> {
  return async (table, open) => {
    const { name, source, version } = table;
    if (isDatabase(source) || (await stat(source)).size <= mostBytesInLine) return open();
    const read = (await threads.run(name, { name: 'ids' })) as ReadTable;
    const refuse = async (): Promise<never> => {
      throw new Error(`area table ${name}: only threads that read have the areas of ${source}`);
    };
    return {
      ...{ name, version: read.version, notes: read.notes },
      currentVersion: async () => tableVersion(version ?? (await fileVersion(source)), { ...table, path: source }),
      ...packedIds(read.ids),
      ...{ get: refuse, list: refuse, some: refuse, withBox: refuse, extent: refuse },
      async *values() {
        await refuse();
      },
      close: async () => undefined,
    };
  };
}
