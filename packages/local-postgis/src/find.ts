import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** What a server is made and run with. */
export interface PostgisPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/** Where to look for them: each is tried in this order. */
export interface PostgisSearch {
  /** Folders in the form of the environment's PATH. */
  readonly path: string | undefined;
  /** The project's own folder, in which set-up may have unpacked a server (`postgis/bin/`). */
  readonly projectFolder: string;
}

/** Where Debian keeps its servers, one folder for each version. */
const debian = '/usr/lib/postgresql';

/** The first PostgreSQL that has the extension PostGIS, or undefined. */
export function findPostgis({ path = '', projectFolder }: PostgisSearch): PostgisPrograms | undefined {
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const installed = [...path.split(delimiter).filter(Boolean), ...versions.map((name) => join(debian, name, 'bin'))];
  const unpacked = join(projectFolder, 'postgis', 'bin');
  const folder = installed.find((bin) => isExecutable(join(bin, 'postgres')) && hasPostgis(bin)) ?? unpacked;
  const programs = { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
  return Object.values(programs).every(isExecutable) ? programs : undefined;
}

/** The server's own `pg_config` knows where its extensions are; the PATH may hold another's. */
function hasPostgis(bin: string): boolean {
  const own = join(dirname(realpathSync(join(bin, 'postgres'))), 'pg_config');
  const { status, stdout } = spawnSync(own, ['--sharedir'], { encoding: 'utf8' });
  return status === 0 && existsSync(join(stdout.trim(), 'extension', 'postgis.control'));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
