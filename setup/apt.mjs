import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { outputOf, runQuietly } from './command.mjs';

/**
 * Unpacks the first of the alternatives that can be downloaded from the system's packages into a
 * folder, and makes `<folder>/bin/<program>` for each of its programs, which runs it from there.
 * Needs no root; installs and starts nothing.
 *
 * `alternatives`, given options for apt, lists what to try: `{ packages, programs, finish }`, the
 * programs' paths being those in the packages; `finish`, where there is one, does in the folder
 * what installing would do beside unpacking.
 */
export function unpackFromApt(alternatives, folder) {
  const [fresh, lists] = [`${folder}.new`, `${folder}.lists`];
  const clear = () => [fresh, lists].forEach((path) => rmSync(path, { recursive: true, force: true }));
  clear();
  try {
    const had = download(alternatives, fresh, []) ?? download(alternatives, fresh, privateLists(lists));
    if (!had) throw new Error('apt-get can download none of its packages.');
    for (const file of readdirSync(fresh).filter((name) => name.endsWith('.deb'))) {
      runQuietly('dpkg-deb', ['-x', join(fresh, file), fresh]);
      rmSync(join(fresh, file));
    }
    had.finish?.(fresh);
    for (const program of had.programs) writeLauncher(program, fresh);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } finally {
    clear();
  }
}

/**
 * The packages that installing these would bring along, without what is there already. Empty when
 * apt knows not all of them.
 */
export function missingPackages(names, options) {
  const args = [...options, 'install', '--simulate', '--no-install-recommends', '--no-upgrade', ...names];
  return [...(outputOf('apt-get', args) ?? '').matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
}

/** Undefined when apt's lists are empty or out of date. */
function download(alternatives, folder, options) {
  mkdirSync(folder, { recursive: true });
  return alternatives(options).find(
    ({ packages }) =>
      packages.length > 0 && outputOf('apt-get', [...options, 'download', ...packages], { cwd: folder }) !== undefined,
  );
}

/**
 * Options that let apt read fresh lists of packages without touching the system's own, which only
 * root may.
 */
function privateLists(folder) {
  for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, part), { recursive: true });
  const places = [`Dir::State::lists=${folder}/lists`, `Dir::Cache=${folder}/cache`, 'APT::Sandbox::User='];
  const options = places.flatMap((place) => ['-o', place]);
  // The exit code also counts hooks that only root can run. The next step shows whether the lists
  // are there.
  outputOf('apt-get', [...options, 'update']);
  return options;
}

function writeLauncher(program, folder) {
  const places = ['usr/lib', 'lib'].flatMap((place) => namesIn(join(folder, place)).map((name) => `${place}/${name}`));
  const ofMachine = places.filter((place) => place.includes('-linux-'));
  // Some packages keep libraries of their own in a folder below, or above.
  const below = ofMachine.flatMap((place) => namesIn(join(folder, place)).map((name) => `${place}/${name}`));
  const libraries = [
    ...ofMachine,
    ...['usr/lib', ...below].filter((place) => namesIn(join(folder, place)).some(isLibrary)),
  ];
  // Libraries know their data only where they are installed.
  const data = Object.entries({ proj: ['PROJ_LIB', 'PROJ_DATA'], gdal: ['GDAL_DATA'] }).flatMap(([name, variables]) =>
    existsSync(join(folder, 'usr/share', name))
      ? variables.map((variable) => `export ${variable}="$here/usr/share/${name}"\n`)
      : [],
  );
  const script = `#!/bin/sh
here=\${0%/*}/..
${data.join('')}LD_LIBRARY_PATH="${libraries.map((place) => `$here/${place}`).join(':')}" exec "$here/${program}" "$@"
`;
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const launcher = join(folder, 'bin', basename(program));
  writeFileSync(launcher, script);
  chmodSync(launcher, 0o755);
}

function isLibrary(name) {
  return /^lib.*\.so/.test(name);
}

function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
