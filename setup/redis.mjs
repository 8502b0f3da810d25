import { delimiter, join } from 'node:path';
import { unpackFromApt } from './apt.mjs';
import { outputOf, runQuietly, say } from './command.mjs';

/** The names of the program, in the order in which they are looked for. */
const servers = ['redis-server', 'valkey-server'];

/** Package managers that start no service when they install one. Only the first works for users other than root. */
const installers = [
  ['brew', 'install', 'redis'],
  ['apk', 'add', 'redis'],
  ['dnf', 'install', '-y', 'valkey'],
  ['dnf', 'install', '-y', 'redis'],
  ['pacman', '-S', '--noconfirm', 'valkey'],
];

/**
 * Makes sure that a Redis can be started when one is needed: on the PATH; in `<projectFolder>/redis`, unpacked from the
 * system's packages; installed by the package manager; or in a container. Starts nothing itself. Throws with all that
 * was tried.
 */
export function provideRedis(projectFolder) {
  const folder = join(projectFolder, 'redis');
  if (serverRuns(folder)) return;
  const tried = [];
  for (const { line, get } of waysToGetOne(folder)) {
    say(line);
    try {
      get();
      if (serverRuns(folder)) return;
      tried.push(`${line} The server does not run.`);
    } catch (error) {
      tried.push(`${line} ${error.message}`);
    }
  }
  if (outputOf('docker', ['info']) !== undefined)
    return say('There is no redis-server here: Redis will run in a container (Docker).');
  throw new Error(
    ['No Redis is here and none can be had.', ...tried, 'Docker: does not run.'].join('\n- ') +
      '\nPut a redis-server or valkey-server on the PATH, start Docker, or name a running one (QUEUE_REDIS_URL; for tests and benchmarks REDIS_URL).',
  );
}

function serverRuns(folder) {
  const places = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), join(folder, 'bin')];
  return places.some((place) => servers.some((name) => outputOf(join(place, name), ['--version']) !== undefined));
}

function waysToGetOne(folder) {
  const ways = [];
  if (isThere('apt-get') && isThere('dpkg-deb')) {
    const line = "Fetching Redis from the system's packages into .catchment/redis (nothing is installed) …";
    ways.push({ line, get: () => unpackFromApt(servers, folder) });
  }
  for (const [manager, ...args] of installers) {
    if (!isThere(manager) || (manager !== 'brew' && process.getuid?.() !== 0)) continue;
    ways.push({ line: `Installing Redis (${[manager, ...args].join(' ')}) …`, get: () => runQuietly(manager, args) });
  }
  return ways;
}

function isThere(program) {
  return outputOf(program, ['--version']) !== undefined;
}
