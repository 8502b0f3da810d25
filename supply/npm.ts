import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/**
 * What npm printed, whatever it ended with: the npm that runs this, else the one on the PATH.
 * Throws when there is none.
 */
export function npm(...args: readonly string[]): string {
  const own = process.env.npm_execpath;
  const [program, ...rest] = own?.endsWith('.js') ? [process.execPath, own, ...args] : ['npm', ...args];
  const { error, stdout } = spawnSync(program, rest, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 27 });
  if (error) throw new Error(`npm ${args.join(' ')} cannot be run: ${error.message}`, { cause: error });
  return stdout;
}
