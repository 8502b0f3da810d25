import { unlessAborted } from '../lent-tile.ts';
import type { Raster } from '../raster.ts';
import { replaced } from '../remote-object.ts';
import { turns } from '../turns.ts';
import { locationOf } from './file-list.ts';
import type { Sheet, UseSheet } from './sheet.ts';

/** Files that are read at once; those who want another one wait. */
const mostAtOnce = 64;

/** Files that may stay open while nobody reads them. */
const mostIdle = 32;

export interface SheetPool {
  readonly use: UseSheet;
  /**
   * Closes all that is not in use, and the rest when it is given back; nothing can be used any
   * more.
   */
  close(): Promise<void>;
}

interface Open {
  readonly opening: Promise<Raster>;
  users: number;
}

/**
 * Opens files when they are needed, and keeps those used last open. A file that is not of its
 * version any more is refused: what was read of others is of the old one.
 */
export function openSheetPool(open: (sheet: Sheet) => Promise<Raster>): SheetPool {
  // In the order in which they were used.
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
    // Others may wait for it, too: it goes on when one who asked does not.
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
      // What could not be opened may be opened by the next one.
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
  await raster.close();
  throw new Error(`raster ${raster.name}: cannot read ${locationOf(sheet.url)}: ${replaced}`);
}

function hasFailed(opening: Promise<unknown>): Promise<boolean> {
  return opening.then(
    () => false,
    () => true,
  );
}
