import { hash } from 'node:crypto';
import { basename } from 'node:path';
import type { AreaTableOptions } from '../table.ts';
import { isDatabase } from './postgis/database-url.ts';

/** The parts of a source that are taken for areas, and where it is. */
export type TakenParts = Pick<AreaTableOptions, 'path' | 'id' | 'table' | 'geometry' | 'version'>;

/**
 * The version of a table: that of its source, and a hash of the parts of it that are taken. So the
 * same id is not taken for the same area after another column, layer or file was named. A file's
 * name counts unless the operator gives the version; its folder never does.
 */
export function tableVersion(ofSource: string, { path, id, table, geometry, version }: TakenParts): string {
  const file = version === undefined && !isDatabase(path) ? basename(path) : null;
  const taken = JSON.stringify([id, table ?? null, geometry ?? null, file]);
  return `${ofSource}-${hash('sha256', taken).slice(0, 16)}`;
}
