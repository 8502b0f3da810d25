import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly, say } from './command.mjs';

/** Runs `npm ci` unless `node_modules` already holds what the lockfile asks for. */
export function installDependencies(root) {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (existsSync(hidden) && holds(readPackages(hidden), wanted)) return;
  say('Installing the dependencies (npm ci) …');
  // Also where NODE_ENV is "production": what runs the commands is a development dependency.
  runNpm(['ci', '--include=dev', '--no-audit', '--no-fund'], { cwd: root });
}

/** Runs npm: the one that runs this, else the one on the PATH. */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) runQuietly(process.execPath, [npm, ...args], options);
  else runQuietly('npm', args, options);
}

function readPackages(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}

/** Whether each package is there in its version, and each own command is linked; packages for other platforms may be missing. */
function holds(installed, wanted) {
  return Object.entries(wanted).every(([path, { version, link, optional, bin }]) => {
    const there = installed[path];
    if (!path.includes('node_modules/')) return !bin || JSON.stringify(there?.bin) === JSON.stringify(bin);
    return there ? there.version === version && there.link === link : optional;
  });
}
