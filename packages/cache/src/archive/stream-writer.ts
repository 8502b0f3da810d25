import { expectFunction } from '@cellshed/expected';
import type { ArchiveWriter } from './archive.ts';
import { lineOf } from './record.ts';

/**
 * Writes an archive line by line to a place where it cannot be read again: it is never continued.
 */
export function archiveStreamWriter(write: (text: string) => Promise<void>): ArchiveWriter {
  expectFunction('what an archive is written with', write);
  return {
    resumed: undefined,
    add: async (record) => {
      if (record) await write(lineOf(record));
    },
    finish: async () => undefined,
    leave: async () => undefined,
  };
}
