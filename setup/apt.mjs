import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputOf, runQuietly } from './command.mjs';

/**
 * Unpacks the first of these servers that the system's packages have into a folder, with the libraries that the machine
 * lacks, and makes `<folder>/bin/<server>`, which runs it from there. Needs no root; installs and starts nothing.
 */
export function unpackFromApt(servers, folder) {
  const [fresh, lists] = [`${folder}.new`, `${folder}.lists`];
  const clear = () => [fresh, lists].forEach((path) => rmSync(path, { recursive: true, force: true }));
  clear();
  try {
    const server = download(servers, fresh, []) ?? download(servers, fresh, privateLists(lists));
    if (!server) throw new Error(`apt-get can download none of ${servers.join(', ')}.`);
    for (const file of readdirSync(fresh).filter((name) => name.endsWith('.deb'))) {
      runQuietly('dpkg-deb', ['-x', join(fresh, file), fresh]);
      rmSync(join(fresh, file));
    }
    writeLauncher(server, fresh);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } finally {
    clear();
  }
}

/** Downloads a server and all that installing it would bring along. Undefined when apt's lists are empty or out of date. */
function download(servers, folder, options) {
  mkdirSync(folder, { recursive: true });
  return servers.find((server) => {
    const plan = outputOf('apt-get', [...options, 'install', '--simulate', '--no-install-recommends', server]) ?? '';
    const packages = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
    return (
      packages.length > 0 && outputOf('apt-get', [...options, 'download', ...packages], { cwd: folder }) !== undefined
    );
  });
}

/** Options that let apt read fresh lists of packages without touching the system's own, which only root may. */
function privateLists(folder) {
  for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, part), { recursive: true });
  const places = [`Dir::State::lists=${folder}/lists`, `Dir::Cache=${folder}/cache`, 'APT::Sandbox::User='];
  const options = places.flatMap((place) => ['-o', place]);
  // Its exit code also counts hooks that only root can run; whether the lists are there shows in the next step.
  outputOf('apt-get', [...options, 'update']);
  return options;
}

function writeLauncher(server, folder) {
  const libraries = ['usr/lib', 'lib'].flatMap((place) =>
    namesIn(join(folder, place)).map((name) => `$here/${place}/${name}`),
  );
  const script = `#!/bin/sh
here=\${0%/*}/..
LD_LIBRARY_PATH="${libraries.filter((path) => path.includes('-linux-')).join(':')}" exec "$here/usr/bin/${server}" "$@"
`;
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const launcher = join(folder, 'bin', server);
  writeFileSync(launcher, script);
  chmodSync(launcher, 0o755);
}

function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
