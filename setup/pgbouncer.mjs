import { join } from 'node:path';
import { missingPackages } from './apt.mjs';
import { outputOf } from './command.mjs';
import { provide } from './provide.mjs';

const programs = ['pgbouncer', '/usr/sbin/pgbouncer'];

/** Makes sure that tests can start a PgBouncer: on the PATH, or in `<projectFolder>/pgbouncer`. */
export function providePgbouncer(projectFolder) {
  const folder = join(projectFolder, 'pgbouncer');
  provide({
    name: 'PgBouncer',
    folder,
    isThere: () => [...programs, join(folder, 'bin/pgbouncer')].some((program) => outputOf(program, ['--version'])),
    alternatives: (options) => [
      {
        packages: ['pgbouncer', ...missingPackages(librariesOf('pgbouncer', options), options)],
        programs: ['usr/sbin/pgbouncer'],
      },
    ],
    installers: [
      ['brew', 'install', 'pgbouncer'],
      ['apk', 'add', 'pgbouncer'],
      ['dnf', 'install', '-y', 'pgbouncer'],
      ['pacman', '-S', '--noconfirm', 'pgbouncer'],
    ],
    advice: 'Put a pgbouncer on the PATH.',
  });
}

/** The libraries that a package names as its needs. */
function librariesOf(name, options) {
  const needs = outputOf('apt-cache', [...options, 'depends', name]) ?? '';
  return [...needs.matchAll(/Depends: (lib\S+)/g)].map(([, library]) => library);
}
