import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where to look for a server: each is tried in this order. */
export interface ServerSearch {
  /** Folders in the form of the environment's PATH. */
  readonly path: string | undefined;
  /** The project's own folder, in which set-up may have unpacked a server (`redis/bin/`). */
  readonly projectFolder: string;
}

const names = ['redis-server', 'valkey-server'];

/**
 * The first `redis-server` or `valkey-server` that may be executed, or undefined. Does not run it.
 */
export function findRedisServer({ path = '', projectFolder }: ServerSearch): string | undefined {
  const folders = [...path.split(delimiter).filter(Boolean), join(projectFolder, 'redis', 'bin')];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
