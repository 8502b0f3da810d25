import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { foldersOf, isExecutable, type ServerSearch } from '../server/find.ts';

/** The programs that make a database and serve it. */
export interface PostgisPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/** Debian's folder of servers, with a folder for each version. */
const debian = '/usr/lib/postgresql';

/** The first PostgreSQL that has the extension PostGIS, or undefined. */
export function findPostgis({ path, projectFolder }: ServerSearch): PostgisPrograms | undefined {
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const installed = [...foldersOf(path), ...versions.map((name) => join(debian, name, 'bin'))];
  const unpacked = join(projectFolder, 'postgis', 'bin');
  const folder = installed.find((bin) => isExecutable(join(bin, 'postgres')) && hasPostgis(bin)) ?? unpacked;
  const programs = { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
  return Object.values(programs).every(isExecutable) ? programs : undefined;
}

/** Asks the server's own `pg_config`: the one on the PATH may be another server's. */
function hasPostgis(bin: string): boolean {
  const own = join(dirname(realpathSync(join(bin, 'postgres'))), 'pg_config');
  const { status, stdout } = spawnSync(own, ['--sharedir'], { encoding: 'utf8' });
  return status === 0 && existsSync(join(stdout.trim(), 'extension', 'postgis.control'));
}
