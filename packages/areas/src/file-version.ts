import { statSync } from 'node:fs';

/**
 * The size and modification time of a file, and of the log that SQLite may keep beside it. The text
 * changes with every change of the file. Rejects if the file is not there.
 */
export async function fileVersion(path: string): Promise<string> {
  // Every request asks: a thread of Node's pool would take twenty times as long as the question.
  const { size, mtimeNs } = statSync(path, { bigint: true });
  const log = statSync(`${path}-wal`, { bigint: true, throwIfNoEntry: false });
  return log === undefined || log.size === 0n ? `${size}-${mtimeNs}` : `${size}-${mtimeNs}-${log.size}-${log.mtimeNs}`;
}
