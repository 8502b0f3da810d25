import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly, say } from './command.mjs';

/** Runs `npm ci` unless `node_modules` already holds what the lockfile asks for. */
export function installDependencies(root) {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (existsSync(hidden) && holds(readPackages(hidden), wanted)) return;
  say('Installing the dependencies (npm ci) …');
  // npm may be set to leave some out. Development dependencies check and test, and an optional one
  // is the Node that runs everything.
  runNpm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'], { cwd: root });
}

/** Runs npm: the one that runs this, else the one on the PATH. */
function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) runQuietly(process.execPath, [npm, ...args], options);
  else runQuietly('npm', args, options);
}

function readPackages(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}

/**
 * Whether each package is there in its version, and each own command is linked; optional ones may
 * be missing that are not for here.
 */
function holds(installed, wanted) {
  return Object.entries(wanted).every(([path, { version, link, optional, bin, ...wantedBy }]) => {
    const there = installed[path];
    if (!path.includes('node_modules/')) return !bin || JSON.stringify(there?.bin) === JSON.stringify(bin);
    return there ? there.version === version && there.link === link : optional && !isForHere(wantedBy);
  });
}

/** Whether a package names this platform. Which C library that has is npm's to find out. */
function isForHere({ os = [], cpu = [], libc }) {
  return os.includes(process.platform) && cpu.includes(process.arch) && !libc;
}
