import { unlessAborted } from '../lent-tile.ts';
import type { Raster } from '../raster.ts';
import { replaced } from '../remote-object.ts';
import { turns } from '../turns.ts';
import type { Part, UsePart } from './part.ts';

/** Files that are read at once; those who want another one wait. */
const mostAtOnce = 64;

/** Files that may stay open while nobody reads them. */
const mostIdle = 32;

export interface PartPool {
  readonly use: UsePart;
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
export function openPartPool(open: (part: Part) => Promise<Raster>): PartPool {
  // In the order in which they were used.
  const files = new Map<Part, Open>();
  const inTurn = turns(mostAtOnce);
  let isClosed = false;

  const shut = async (part: Part, file: Open) => {
    if (files.get(part) === file) files.delete(part);
    await file.opening.then(
      (raster) => raster.close(),
      () => undefined,
    );
  };
  const shutIdle = async () => {
    const idle = [...files].filter(([, { users }]) => users === 0);
    const tooMany = isClosed ? idle : idle.slice(0, Math.max(0, files.size - mostIdle));
    for (const [part, file] of tooMany) await shut(part, file);
  };
  const borrow = (part: Part): Open => {
    // Others may wait for it, too: it goes on when one who asked does not.
    const file = files.get(part) ?? { opening: openedAs(part, open(part)), users: 0 };
    file.users++;
    files.delete(part);
    files.set(part, file);
    return file;
  };
  const use: UsePart = async (part, work, signal) => {
    if (isClosed) throw new Error(`cannot read ${part.url}: it was closed`);
    const file = borrow(part);
    try {
      return await work(await unlessAborted(file.opening, signal));
    } catch (error) {
      // What could not be opened may be opened by the next one.
      if (!signal?.aborted && (await hasFailed(file.opening)) && files.get(part) === file) files.delete(part);
      throw error;
    } finally {
      file.users--;
      await shutIdle();
    }
  };
  return {
    use: (part, work, signal) => inTurn(signal, () => use(part, work, signal)),
    async close() {
      isClosed = true;
      await shutIdle();
    },
  };
}

async function openedAs(part: Part, opening: Promise<Raster>): Promise<Raster> {
  const raster = await opening;
  if (raster.version === part.version) return raster;
  await raster.close();
  throw new Error(`raster ${raster.name}: cannot read ${part.url}: ${replaced}`);
}

function hasFailed(opening: Promise<unknown>): Promise<boolean> {
  return opening.then(
    () => false,
    () => true,
  );
}
