import { join } from 'node:path';
import { foldersOf, isExecutable, type ServerSearch } from '../server/find.ts';

const names = ['redis-server', 'valkey-server'];

/** The first `redis-server` or `valkey-server` that may be executed, or undefined. */
export function findRedisServer({ path, projectFolder }: ServerSearch): string | undefined {
  const folders = [...foldersOf(path), join(projectFolder, 'redis', 'bin')];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}
