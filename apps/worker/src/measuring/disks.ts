import { statfs } from 'node:fs/promises';
import { type StoreFolder, storeFolders } from '@cellshed/cache';
import type { Metrics, Reading } from '@cellshed/metrics';

/**
 * Has the disks of stores of files looked at with the metrics, until what it returns is called. A
 * folder that is not there yet is left out.
 */
export function observeDisks(
  { observe }: Pick<Metrics, 'observe'>,
  urls: readonly (string | undefined)[],
  base: string,
): () => void {
  const folders = new Map(
    urls.flatMap((url) => (url === undefined ? [] : storeFolders(url, base))).map((one) => [one.place, one]),
  );
  return observe('catchment_disk_bytes', async () => {
    const looks = await Promise.all(Array.from(folders.values(), (one) => sizesOf(one).catch(() => [])));
    return looks.flat();
  });
}

async function sizesOf({ place: store, folder }: StoreFolder): Promise<Reading<'catchment_disk_bytes'>[]> {
  const { bsize, blocks, bavail } = await statfs(folder);
  return [
    [{ store, which: 'size' }, bsize * blocks],
    [{ store, which: 'free' }, bsize * bavail],
  ];
}
