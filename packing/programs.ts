import { spawnSync } from 'node:child_process';

/** Runs a script with this Node. Throws with all that it said when it fails. */
export function runNode(args: readonly string[], cwd?: string): string {
  return run(process.execPath, args, cwd);
}

/** Runs npm, the one that runs this or the one on the PATH, and returns what it prints. */
export function runNpm(args: readonly string[], cwd: string): string {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? runNode([script, ...args], cwd) : run('npm', args, cwd);
}

function run(program: string, args: readonly string[], cwd: string | undefined): string {
  const options = { cwd, encoding: 'utf8', maxBuffer: 1 << 27 } as const;
  const { status, error, stdout, stderr } = spawnSync(program, args, options);
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} failed:\n${error ? error.message : `${stdout}${stderr}`.trim()}`);
}
