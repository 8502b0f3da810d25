import { stat } from 'node:fs/promises';

/**
 * Size and modification time of a file, and of the log that SQLite may keep beside it: another text
 * after any change.
 */
export async function fileVersion(path: string): Promise<string> {
  const { size, mtimeNs } = await stat(path, { bigint: true });
  const log = await stat(`${path}-wal`, { bigint: true }).catch(() => undefined);
  return log === undefined || log.size === 0n ? `${size}-${mtimeNs}` : `${size}-${mtimeNs}-${log.size}-${log.mtimeNs}`;
}
