import { join } from 'node:path';
import { unpackFromApt } from './apt.mjs';
import { outputOf, runQuietly, say } from './command.mjs';

/**
 * Makes sure that a program of others can be run when it is needed: it is there; or is unpacked
 * into `folder` from the system's packages; or built there by Go; or installed by the package
 * manager; or runs in a container. Starts nothing itself. Throws with all that was tried.
 *
 * `program` is `{ name, folder, isThere, alternatives, goPackage, installers, inContainer, advice
 * }`: `alternatives` as `unpackFromApt` wants them, `goPackage` a path with its version,
 * `installers` command lines of package managers that start no service when they install one; only
 * brew works for users other than root. `inContainer`: Docker can run it, too.
 */
export function provide(program) {
  if (program.isThere()) return;
  const tried = [];
  for (const { line, get } of waysToGet(program)) {
    say(line);
    try {
      get();
      if (program.isThere()) return;
      tried.push(`${line} It does not run.`);
    } catch (error) {
      tried.push(`${line} ${error.message}`);
    }
  }
  const { name, inContainer, advice } = program;
  if (inContainer && outputOf('docker', ['info']) !== undefined)
    return say(`There is no ${name} here: it will run in a container (Docker).`);
  const all = [...tried, ...(inContainer ? ['Docker: does not run.'] : [])];
  throw new Error([`No ${name} is here and none can be had.`, ...all].join('\n- ') + `\n${advice}`);
}

function waysToGet({ name, folder, alternatives, goPackage, installers }) {
  const ways = [];
  const shown = folder.slice(folder.lastIndexOf('.catchment'));
  if (alternatives && runs('apt-get') && runs('dpkg-deb')) {
    const line = `Fetching ${name} from the system's packages into ${shown} (nothing is installed) …`;
    ways.push({ line, get: () => unpackFromApt(alternatives, folder) });
  }
  if (goPackage && outputOf('go', ['version']) !== undefined) {
    const line = `Building ${name} by Go into ${shown}, which takes some minutes (nothing is installed) …`;
    const env = { ...process.env, GOBIN: join(folder, 'bin'), CGO_ENABLED: '0' };
    ways.push({ line, get: () => runQuietly('go', ['install', '-trimpath', goPackage], { env }) });
  }
  for (const [manager, ...args] of installers) {
    if (!runs(manager) || (manager !== 'brew' && process.getuid?.() !== 0)) continue;
    ways.push({ line: `Installing ${name} (${[manager, ...args].join(' ')}) …`, get: () => runQuietly(manager, args) });
  }
  return ways;
}

function runs(program) {
  return outputOf(program, ['--version']) !== undefined;
}
