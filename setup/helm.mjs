import { join } from 'node:path';
import { outputOf } from './command.mjs';
import { provide } from './provide.mjs';

/** Makes sure that tests can render the chart, by a `helm` of the PATH or of `<projectFolder>`. */
export function provideHelm(projectFolder) {
  const folder = join(projectFolder, 'helm');
  provide({
    name: 'Helm',
    folder,
    isThere: () =>
      ['helm', join(folder, 'bin/helm')].some((program) => outputOf(program, ['version', '--short']) !== undefined),
    goPackage: 'helm.sh/helm/v4/cmd/helm@v4.3.1',
    installers: [
      ['brew', 'install', 'helm'],
      ['apk', 'add', 'helm'],
      ['dnf', 'install', '-y', 'helm'],
      ['pacman', '-S', '--noconfirm', 'helm'],
    ],
    advice: 'Put a helm on the PATH, or a Go that can build it.',
  });
}
