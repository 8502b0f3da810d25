import { join } from 'node:path';
import { missingPackages, unpackFromApt } from './apt.mjs';
import { outputOf, say } from './command.mjs';

/**
 * Makes sure that tests can start a PgBouncer, where that is possible: one on the PATH, or one in
 * `<projectFolder>/pgbouncer`, unpacked from the system's packages.
 */
export function providePgbouncer(projectFolder) {
  const folder = join(projectFolder, 'pgbouncer');
  if ([...programs, join(folder, 'bin/pgbouncer')].some((program) => outputOf(program, ['--version']))) return;
  say("Fetching PgBouncer from the system's packages into .catchment/pgbouncer (nothing is installed) …");
  const alternatives = (options) => {
    const libraries = [
      ...(outputOf('apt-cache', [...options, 'depends', 'pgbouncer']) ?? '').matchAll(/Depends: (lib\S+)/g),
    ];
    const missing = missingPackages(
      libraries.map(([, name]) => name),
      options,
    );
    return [{ packages: ['pgbouncer', ...missing], programs: ['usr/sbin/pgbouncer'] }];
  };
  try {
    unpackFromApt(alternatives, folder);
  } catch (error) {
    say(`No PgBouncer can be had: tests with one are left out. ${error.message}`);
  }
}

const programs = ['pgbouncer', '/usr/sbin/pgbouncer'];
