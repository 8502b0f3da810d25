import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Refusal } from '@cellshed/contracts';

/** The folder from which archives are loaded, and the most bytes that one may have. */
export interface Archives {
  readonly folder: string | undefined;
  readonly mostBytes: number;
}

/** Names of files, and of nothing else: no folders, no hidden files. */
const nameOfFile = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/;

/** Finds an archive by the name of its file. The refusal names no path. */
export async function archiveIn(
  { folder, mostBytes }: Archives,
  name: string,
): Promise<{ readonly path: string; readonly bytes: number } | Refusal> {
  const refuse = (problem: string): Refusal => ({ path: 'file', problem });
  const shown = JSON.stringify(name.slice(0, 200));
  if (folder === undefined) return refuse('archives are loaded from no folder here, expected ARCHIVE_DIR to name one');
  if (!nameOfFile.test(name) || name.endsWith('.progress')) {
    return refuse(`is ${shown}, expected the name of a file: letters, digits, points, hyphens and underscores`);
  }
  const path = join(folder, name);
  // A link might lead out of the folder.
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isFile()) return refuse(`is ${shown}, expected the name of a file in the folder of archives`);
  if (found.size > mostBytes) {
    const [bytes, most] = [found.size, mostBytes].map((count) => count.toLocaleString('en'));
    return refuse(`${shown} has ${bytes} bytes, at most ${most} are loaded (ARCHIVE_LIMIT_BYTES)`);
  }
  return { path, bytes: found.size };
}
