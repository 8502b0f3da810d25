import { replaced } from '../bytes/remote-object.ts';
import { turns } from '../bytes/turns.ts';
import { unlessAborted } from '../tiles/lent-tile.ts';
import type { Raster } from '../tiles/raster.ts';
import { locationOf } from './file-list.ts';
import type { Sheet, UseSheet } from './sheet.ts';

/** The most files that are read at once; other readers wait. */
const mostAtOnce = 64;

/** The most files that stay open while nobody reads them. */
const mostIdle = 32;

export interface SheetPool {
  readonly use: UseSheet;
  /**
   * Closes all unused files at once, and the others when they are given back. Then the pool cannot
   * be used any more.
   */
  close(): Promise<void>;
}

interface Open {
  readonly opening: Promise<Raster>;
  users: number;
}

/**
 * Opens files on demand, and keeps the most recently used ones open. A file with a changed version
 * is refused, because the cells read from other files belong to the old version.
 */
export function openSheetPool(open: (sheet: Sheet) => Promise<Raster>): SheetPool {
  // The files in the order of their last use.
  const files = new Map<Sheet, Open>();
  const inTurn = turns(mostAtOnce);
  let isClosed = false;

  const shut = async (sheet: Sheet, file: Open) => {
    if (files.get(sheet) === file) files.delete(sheet);
    await file.opening.then(
      (raster) => raster.close(),
      () => undefined,
    );
  };
  const shutIdle = async () => {
    const idle = [...files].filter(([, { users }]) => users === 0);
    const tooMany = isClosed ? idle : idle.slice(0, Math.max(0, files.size - mostIdle));
    for (const [sheet, file] of tooMany) await shut(sheet, file);
  };
  const borrow = (sheet: Sheet): Open => {
    // Other callers may wait for the same file: opening continues even if the first caller stops.
    const file = files.get(sheet) ?? { opening: openedAs(sheet, open(sheet)), users: 0 };
    file.users++;
    files.delete(sheet);
    files.set(sheet, file);
    return file;
  };
  const use: UseSheet = async (sheet, work, signal) => {
    if (isClosed) throw new Error(`cannot read ${locationOf(sheet.url)}: it was closed`);
    const file = borrow(sheet);
    try {
      return await work(await unlessAborted(file.opening, signal));
    } catch (error) {
      // The next caller may succeed in opening the file.
      if (!signal?.aborted && (await hasFailed(file.opening)) && files.get(sheet) === file) files.delete(sheet);
      throw error;
    } finally {
      file.users--;
      await shutIdle();
    }
  };
  return {
    use: (sheet, work, signal) => inTurn(signal, () => use(sheet, work, signal)),
    async close() {
      isClosed = true;
      await shutIdle();
    },
  };
}

async function openedAs(sheet: Sheet, opening: Promise<Raster>): Promise<Raster> {
  const raster = await opening;
  if (raster.version === sheet.version) return raster;
  // A server that sends different versions of the same file is told.
  await raster.currentVersion().finally(() => raster.close());
  throw new Error(`raster ${raster.name}: cannot read ${locationOf(sheet.url)}: ${replaced}`);
}

function hasFailed(opening: Promise<unknown>): Promise<boolean> {
  return opening.then(
    () => false,
    () => true,
  );
}
