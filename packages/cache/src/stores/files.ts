import { randomUUID } from 'node:crypto';
import { mkdir, opendir, readdir, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectFunction, expectObject, expectText } from '@cellshed/expected';
import { checkedStore } from './checked-store.ts';
import { fewAtOnce } from './few-at-once.ts';
import { mayBegin, nameOf, sha256 } from './names.ts';
import { processFence } from './process-fence.ts';
import { encodeRecord, isMissing, readRecord, type StoredRecord } from './record.ts';
import { type Clock, type Store, StoreError } from './store.ts';

export interface FileStoreOptions {
  /** Made if it is not there. Several processes may use it at once. */
  readonly folder: string;
  readonly clock?: Clock;
}

const hourMilliseconds = 3_600_000;

/**
 * Keeps each value in a file of its own: `<folder>/<first byte of the key's SHA-256>/<encoded
 * key>`.
 *
 * A value is written beside its place and renamed, so that a reader sees the complete old value or
 * the complete new one, even if the writer is killed. Nothing waits for the disk (no fsync): after
 * a power cut the last values may be missing, but none is incomplete. An expired file is removed
 * when somebody reads it. If another process overwrites it at the same instant, the new value may
 * be removed, too; every store may lose values.
 */
export async function fileStore(options: FileStoreOptions): Promise<Store> {
  expectObject('the options of a file store', options);
  const { folder, clock = Date.now } = options;
  expectText('folder of a file store', folder);
  expectFunction('clock of a file store', clock);
  const scratch = join(folder, 'tmp');
  const failing =
    (doing: string) =>
    (cause: Error): never => {
      throw new StoreError(`the file store in ${folder} cannot ${doing}: ${cause.message}`, { cause });
    };

  const live = async (path: string, valueBytes?: number): Promise<StoredRecord | undefined> => {
    const found = await readRecord(path, valueBytes);
    if (!found || found.expiresAt >= clock()) return found;
    await rm(path, { force: true });
    return undefined;
  };
  const write = async (key: string, bytes: Uint8Array, expiresAt: number) => {
    const shard = join(folder, shardOf(key));
    const written = join(scratch, randomUUID());
    await Promise.all([mkdir(scratch, { recursive: true }), mkdir(shard, { recursive: true })]);
    try {
      await writeFile(written, encodeRecord({ key, expiresAt, value: bytes }));
      await rename(written, join(shard, nameOf(key)));
    } catch (error) {
      await rm(written, { force: true });
      throw error;
    }
  };
  const pathOf = (key: string) => join(folder, shardOf(key), nameOf(key));

  await clearScratch(scratch, clock).catch(failing('be opened'));
  const store: Omit<Store, 'fence'> = {
    get: async (key) => (await live(pathOf(key)).catch(failing('read')))?.value,
    getMany: (keys) => fewAtOnce(keys, store.get),
    head: async (key, length) => (await live(pathOf(key), length).catch(failing('read')))?.value,
    set: (key, bytes, { ttlMilliseconds = Infinity } = {}) =>
      write(key, bytes, clock() + ttlMilliseconds).then(() => true, failing('write')),
    delete: async (key) => {
      const found = await live(pathOf(key), 0).catch(failing('read'));
      return found !== undefined && (await removed(pathOf(key)).catch(failing('delete')));
    },
    ttlMilliseconds: async (key) => {
      const found = await live(pathOf(key), 0).catch(failing('read'));
      if (!found) return undefined;
      return found.expiresAt === Infinity ? null : found.expiresAt - clock();
    },
    keys: async function* (prefix) {
      try {
        for await (const path of candidates(folder, prefix)) {
          const found = await live(path, 0);
          if (found?.key.startsWith(prefix)) yield found.key;
        }
      } catch (error) {
        if (!isMissing(error)) failing('list its keys')(error as Error);
      }
    },
    close: async () => {},
  };
  return checkedStore('file', { ...store, fence: processFence(store, clock) });
}

function shardOf(key: string): string {
  return sha256(key).slice(0, 2);
}

/** The files that may hold a key with that prefix, told by their names. */
async function* candidates(folder: string, prefix: string): AsyncIterable<string> {
  for (const shard of await readdir(folder)) {
    if (!/^[0-9a-f]{2}$/.test(shard)) continue;
    for await (const { name } of await opendir(join(folder, shard))) {
      if (mayBegin(name, prefix)) yield join(folder, shard, name);
    }
  }
}

/**
 * Removes the files that killed writers have left. A writer that still works is younger than an
 * hour.
 */
async function clearScratch(scratch: string, clock: Clock): Promise<void> {
  await mkdir(scratch, { recursive: true });
  for (const name of await readdir(scratch)) {
    const path = join(scratch, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < clock() - hourMilliseconds) await rm(path, { force: true });
  }
}

async function removed(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
