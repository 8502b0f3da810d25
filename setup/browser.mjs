import { delimiter, join } from 'node:path';
import { missingPackages } from './apt.mjs';
import { outputOf } from './command.mjs';
import { provide } from './provide.mjs';

/** The names of the program, in the order in which they are looked for. */
const browsers = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * Makes sure that a browser can be started for tests of the page: a Chromium on the PATH, or one in
 * `<projectFolder>/browser`.
 */
export function provideBrowser(projectFolder) {
  const folder = join(projectFolder, 'browser');
  provide({
    name: 'Chromium',
    folder,
    isThere: () => browserIn(folder) !== undefined,
    alternatives: (options) => [
      {
        packages: ['chromium', 'chromium-common', ...missingPackages(['chromium'], options)],
        programs: ['usr/lib/chromium/chromium'],
      },
    ],
    installers: [
      ['apk', 'add', 'chromium'],
      ['dnf', 'install', '-y', 'chromium'],
      ['pacman', '-S', '--noconfirm', 'chromium'],
    ],
    advice: 'Put a chromium or google-chrome on the PATH, or name one (BROWSER).',
  });
  return browserIn(folder);
}

function browserIn(folder) {
  const places = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), join(folder, 'bin')];
  return places
    .flatMap((place) => browsers.map((name) => join(place, name)))
    .find((path) => outputOf(path, ['--version']) !== undefined);
}
