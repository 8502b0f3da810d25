import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';

/** One short line for whoever is watching; standard output belongs to the command. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** The output of a program; undefined if it cannot be run or fails. */
export function outputOf(program, args, options = {}) {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', ...options });
  return status === 0 ? stdout : undefined;
}

/** Runs a program without a word. Throws with all that it said when it fails. */
export function runQuietly(program, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    ...options,
  });
  if (status === 0) return stdout;
  const said = error ? error.message : `${stdout}${stderr}`.trim();
  throw new Error(`\`${[program, ...args].join(' ')}\` failed:\n${said}`);
}

/** Runs a program in this one's place: same terminal, same signals. Resolves to how it ended. */
export function runInForeground(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', ...options });
    const forward = (signal) => {
      // A terminal sends Ctrl-C to every process in its foreground itself, and twice may mean
      // something else.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    child.once('error', reject).once('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
