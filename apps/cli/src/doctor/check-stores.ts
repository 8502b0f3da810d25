import { randomUUID } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { openStore, storeFolders } from '@cellshed/cache';
import { withoutPassword } from '@cellshed/telling';
import prettyBytes from 'pretty-bytes';
import { namedStores } from '../status/store-looks.ts';
import { type Finding, findingsOf } from './finding.ts';

const { well, doubtful, wrong } = findingsOf('stores');

/** The part of a disk that should be free. */
const leastFree = 0.1;
const timeoutMilliseconds = 10_000;
/** A value that could not be deleted expires by itself. */
const ttlMilliseconds = 60_000;

/**
 * Checks each store that the settings name: writes a tiny value, reads and deletes it; and looks at
 * the disk of files. `base` is the folder from which a relative `file:` is found.
 */
export async function checkStores(env: Readonly<Record<string, string | undefined>>, base: string): Promise<Finding[]> {
  const all = await Promise.all(
    Array.from(namedStores(env), async ([url, settings]) => {
      const subject = `${settings.join(', ')} ${withoutPassword(url)}`;
      return [await tried(subject, url, base), ...(await aboutDisk(subject, url, base))];
    }),
  );
  return all.flat();
}

async function tried(subject: string, url: string, base: string): Promise<Finding> {
  try {
    const store = await openStore(url, { base, timeoutMilliseconds });
    try {
      const key = `catchment:doctor:${randomUUID()}`;
      await store.set(key, Buffer.from('tried'), { ttlMilliseconds });
      const found = await store.get(key);
      await store.delete(key);
      if (found !== undefined) return well(subject, 'a value was written, read and deleted');
      return wrong(subject, 'it has lost a value at once', { advice: 'is it full, or so small?' });
    } finally {
      await store.close();
    }
  } catch (error) {
    return wrong(subject, `a value could not be written and read: ${(error as Error).message}`, {
      advice: /^s3:/.test(url)
        ? 'correct the bucket, the endpoint and the credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)'
        : 'start the server, or give the folder room and rights',
    });
  }
}

async function aboutDisk(subject: string, url: string, base: string): Promise<Finding[]> {
  const [file] = storeFolders(url, base);
  if (!file) return [];
  try {
    const { bsize, blocks, bavail } = await statfs(file.folder);
    const text = `its disk has ${prettyBytes(bsize * bavail)} free of ${prettyBytes(bsize * blocks)}`;
    if (bavail >= leastFree * blocks) return [well(subject, text)];
    return [
      doubtful(subject, text, {
        advice: 'make room: superseded results are never used again',
        command: 'catchment invalidate --superseded',
      }),
    ];
  } catch {
    // That it cannot be made or read is found by the attempt to write.
    return [];
  }
}
