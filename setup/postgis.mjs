import { existsSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { missingPackages } from './apt.mjs';
import { outputOf } from './command.mjs';
import { provide } from './provide.mjs';

/**
 * Makes sure that a PostGIS can be started: a PostgreSQL with the extension on the PATH or in
 * /usr/lib/postgresql, one in `<projectFolder>/postgis`, or one in a container.
 */
export function providePostgis(projectFolder) {
  const folder = join(projectFolder, 'postgis');
  provide({
    name: 'PostGIS',
    folder,
    isThere: () =>
      outputOf(join(folder, 'bin', 'postgres'), ['--version']) !== undefined || binFolders().some(hasPostgis),
    alternatives: (options) => postgresVersions(options).map((version) => packagesOf(version, options)),
    installers: [
      ['brew', 'install', 'postgis'],
      ['apk', 'add', 'postgis'],
      ['dnf', 'install', '-y', 'postgis'],
      ['pacman', '-S', '--noconfirm', 'postgis'],
    ],
    inContainer: true,
    advice:
      'Put a PostgreSQL that has PostGIS on the PATH, start Docker, or name a running one that tests may write to (POSTGIS_URL).',
  });
}

function binFolders() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  return [
    ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
    ...versions.map((name) => join(debian, name, 'bin')),
  ];
}

function hasPostgis(folder) {
  const postgres = join(folder, 'postgres');
  if (!existsSync(postgres)) return false;
  const share = outputOf(join(dirname(realpathSync(postgres)), 'pg_config'), ['--sharedir'])?.trim();
  return share !== undefined && existsSync(join(share, 'extension', 'postgis.control'));
}

/** The versions of PostgreSQL that PostGIS is packaged for, newest first. */
function postgresVersions(options) {
  const names = outputOf('apt-cache', [...options, 'pkgnames', 'postgresql-']) ?? '';
  return [...names.matchAll(/^postgresql-(\d+)-postgis-3$/gm)]
    .map(([, version]) => Number(version))
    .sort((a, b) => b - a);
}

/**
 * The server and the extension, whether installed or not, for a server finds its extensions beside
 * itself; and the libraries that the machine lacks, without those that are large and needed only
 * for compiled queries, rasters and solids.
 */
function packagesOf(version, options) {
  const own = [`postgresql-${version}`, `postgresql-${version}-postgis-3`, `postgresql-${version}-postgis-3-scripts`];
  const depends = outputOf('apt-cache', [...options, 'depends', ...own]) ?? '';
  const libraries = [...depends.matchAll(/Depends: (lib\S+)/g)].map(([, name]) => name);
  const needed = libraries.filter((name) => !/^lib(llvm|gdal|sfcgal)/.test(name));
  const bin = `usr/lib/postgresql/${version}/bin`;
  return {
    packages: [...own, ...missingPackages(needed, options)],
    programs: [`${bin}/postgres`, `${bin}/initdb`],
    finish(folder) {
      const extensions = join(folder, 'usr/share/postgresql', String(version), 'extension');
      symlinkSync('postgis-3.control', join(extensions, 'postgis.control'));
    },
  };
}
