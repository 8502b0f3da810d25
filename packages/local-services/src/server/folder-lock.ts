import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Marks a folder as this process's until the returned function is called. Throws a sentence when
 * another process that lives has marked it: two servers that append to one file destroy it. The
 * mark of a process that was killed does not count.
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'owner.pid');
  const release = () => rmSync(file, { force: true });
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return release;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(readFileSync(file, 'utf8'));
      if (attempt > 0 || isAlive(owner)) {
        throw new Error(
          `the data in ${folder} are in use by process ${owner}: stop it first, or give the URL of a server`,
        );
      }
      release();
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, and another user owns it.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
