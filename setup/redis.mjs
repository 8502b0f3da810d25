import { delimiter, join } from 'node:path';
import { missingPackages } from './apt.mjs';
import { outputOf } from './command.mjs';
import { provide } from './provide.mjs';

/** The names of the program, in the order in which they are looked for. */
const servers = ['redis-server', 'valkey-server'];

/**
 * Makes sure that a Redis can be started: on the PATH, in `<projectFolder>/redis`, or in a
 * container.
 */
export function provideRedis(projectFolder) {
  const folder = join(projectFolder, 'redis');
  provide({
    name: 'Redis',
    folder,
    isThere: () => serverRuns(folder),
    alternatives: (options) =>
      servers.map((server) => ({ packages: missingPackages([server], options), programs: [`usr/bin/${server}`] })),
    installers: [
      ['brew', 'install', 'redis'],
      ['apk', 'add', 'redis'],
      ['dnf', 'install', '-y', 'valkey'],
      ['dnf', 'install', '-y', 'redis'],
      ['pacman', '-S', '--noconfirm', 'valkey'],
    ],
    inContainer: true,
    advice:
      'Put a redis-server or valkey-server on the PATH, start Docker, or name a running one (QUEUE_REDIS_URL; for tests and benchmarks REDIS_URL).',
  });
}

function serverRuns(folder) {
  const places = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), join(folder, 'bin')];
  return places.some((place) => servers.some((name) => outputOf(join(place, name), ['--version']) !== undefined));
}
