import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Time limits that no machine is too slow for, where they are not what is tested. */
const patient = {
  CACHE_TIMEOUT_SECONDS: '3600',
  WAIT_LIMIT_SECONDS: '3600',
  DROP_IN_WAIT_SECONDS: '3600',
  LATENESS_LIMIT_MILLISECONDS: '0',
};

const here = fileURLToPath(new URL('..', import.meta.url));
/** The checkout whose processes are started. Default: this one; another one's can be tried, too. */
const root = process.env['CATCHMENT_CHECKOUT'] ?? here;

/** The program `catchment` of a checkout, and its first arguments. */
function programOf(checkout: string): string[] {
  const packed = checkout === here ? ['--import', join(here, 'test/packed/register.ts')] : [];
  return [process.execPath, ...packed, join(checkout, 'apps/cli/src/main.ts')];
}

/**
 * The environment of a command that neither reads the settings of this folder nor finds, or is
 * found by, a service that runs from it. `remove` takes away what the command has kept.
 */
function ownEnvironment(env: NodeJS.ProcessEnv): { readonly env: NodeJS.ProcessEnv; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-serve-'));
  return {
    env: { ...process.env, NODE_OPTIONS: '', ENV_FILE: '', SERVE_DIR: folder, ...patient, ...env },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Running {
  /** The match of the pattern in its output. */
  readonly said: string;
  readonly pid: number;
  /** Resolves when it has ended: to its exit code, or to the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** The text that it has written to stdout; complete once it has ended. */
  output(): string;
  /** The text that it has written to stderr. */
  errors(): string;
  /** Ends it in good order, or as a crash would. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface Place {
  /** The only core that the process may use; default: all. */
  readonly core?: number | undefined;
  /** The folder of another version of this repository, whose command it is. */
  readonly checkout?: string | undefined;
}

/** Starts `catchment …` as a process of its own, and waits until a line of its output fits. */
export async function startCatchment(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  ready: RegExp,
  { core, checkout = root }: Place = {},
): Promise<Running> {
  const pinned = core === undefined ? [] : ['taskset', '-c', String(core)];
  const [program = '', ...rest] = [...pinned, ...programOf(checkout), ...args];
  const own = ownEnvironment(env);
  const child = spawn(program, rest, { env: own.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close').finally(own.remove);
  let [output, errors] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const said = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      const found = ready.exec(line);
      if (found) resolve(found[1] ?? '');
    });
    ended.then(() => reject(new Error(`catchment ${args.join(' ')} ended before it was ready: ${errors}`)), reject);
  });
  return {
    said: await said,
    pid: child.pid as number,
    ended: ended.then(([code, signal]) => signal ?? code),
    output: () => output,
    errors: () => errors,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
    },
  };
}

/** The program and its arguments that `catchment …` is, for a test that wants its bytes. */
export function catchmentCommand(args: readonly string[]): string[] {
  return [...programOf(root), ...args];
}

export const gatewayReady = /gateway listens on (http:[^"]+)"/;
export const workerReady = /worker takes/;

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `catchment …` to its end. */
export function runCatchment(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return spawnCatchment(args, env).ended;
}

/** Runs `catchment …` to its end, with its output on a disk that is full. */
export async function runIntoFullDisk(args: readonly string[]): Promise<Omit<Ended, 'out'>> {
  const full = openSync('/dev/full', 'w');
  const own = ownEnvironment({});
  const [program = '', ...rest] = catchmentCommand(args);
  const child = spawn(program, rest, { env: own.env, stdio: ['ignore', full, 'pipe'] });
  const [err] = await Promise.all([textOf(child.stderr as NodeJS.ReadableStream), once(child, 'exit')]);
  own.remove();
  closeSync(full);
  return { code: child.exitCode, err };
}

/** Begins to run `catchment …`, to be stopped on the way. */
export function spawnCatchment(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  { checkout = root }: Pick<Place, 'checkout'> = {},
) {
  const own = ownEnvironment(env);
  const [program = '', ...rest] = [...programOf(checkout), ...args];
  const child = spawn(program, rest, { env: own.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, 'exit')])
    .then(([out, err]): Ended => ({ code: child.exitCode, out, err }))
    .finally(own.remove);
  return {
    pid: child.pid as number,
    ended,
    /** Resolves when it has written such a text to stderr, at once. */
    untilItSays: (pattern: RegExp) =>
      new Promise<void>((resolve) => {
        child.stderr.on('data', (text) => pattern.test(String(text)) && resolve());
      }),
    stop: (signal: 'SIGTERM' | 'SIGKILL'): Promise<Ended> => {
      child.kill(signal);
      return ended;
    },
  };
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}
