import { join } from 'node:path';
import { outputOf } from './command.mjs';
import { provide } from './provide.mjs';

/**
 * Makes sure that tests can try alert rules and the queries of a dashboard: a `prometheus` and a
 * `promtool`, on the PATH or in `<projectFolder>/prometheus`.
 */
export function providePrometheus(projectFolder) {
  const folder = join(projectFolder, 'prometheus');
  const runs = (program) => outputOf(program, ['--version']) !== undefined;
  provide({
    name: 'Prometheus',
    folder,
    isThere: () => ['prometheus', 'promtool'].every((program) => runs(program) || runs(join(folder, 'bin', program))),
    // Both need nothing but the C library.
    alternatives: () => [{ packages: ['prometheus'], programs: ['usr/bin/prometheus', 'usr/bin/promtool'] }],
    installers: [
      ['brew', 'install', 'prometheus'],
      ['apk', 'add', 'prometheus'],
      ['pacman', '-S', '--noconfirm', 'prometheus'],
    ],
    advice: 'Put prometheus and promtool on the PATH.',
  });
}
