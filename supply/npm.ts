import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/**
 * The output of npm, whatever its exit code: of the npm that runs this, else of the one on the
 * PATH. Throws if there is none.
 */
export function npm(...args: readonly string[]): string {
  const npmScript = process.env.npm_execpath;
  const [program, ...rest] = npmScript?.endsWith('.js') ? [process.execPath, npmScript, ...args] : ['npm', ...args];
  const { error, stdout } = spawnSync(program, rest, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 27 });
  if (error) throw new Error(`npm ${args.join(' ')} cannot be run: ${error.message}`, { cause: error });
  return stdout;
}
