import type { Raster } from '../raster.ts';
import { replaced } from '../remote-object.ts';
import type { Part, UsePart } from './part.ts';

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
export function openPartPool(open: (part: Part, signal?: AbortSignal) => Promise<Raster>): PartPool {
  // In the order in which they were used.
  const files = new Map<Part, Open>();
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
  const borrow = (part: Part, signal: AbortSignal | undefined): Open => {
    const file = files.get(part) ?? { opening: openedAs(part, open(part, signal)), users: 0 };
    file.users++;
    files.delete(part);
    files.set(part, file);
    return file;
  };
  return {
    async use(part, work, signal) {
      if (isClosed) throw new Error(`cannot read ${part.url}: it was closed`);
      const file = borrow(part, signal);
      try {
        return await work(await file.opening);
      } catch (error) {
        // What could not be opened may be opened by the next one.
        if (await hasFailed(file.opening)) files.delete(part);
        throw error;
      } finally {
        file.users--;
        await shutIdle();
      }
    },
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
