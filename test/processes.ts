import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { endChild, startChild } from './children.ts';

/** Time limits that no machine is too slow for. A test of a limit sets its own. */
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

const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];

/** Starts `catchment …` as a process of its own, and waits until a line of its output fits. */
export async function startCatchment(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  ready: RegExp,
  { core, checkout = root }: Place = {},
): Promise<Running> {
  const pinned = core === undefined ? [] : ['taskset', '-c', String(core)];
  const own = ownEnvironment(env);
  const child = startChild([...pinned, ...programOf(checkout), ...args], { env: own.env, stdio });
  const ended = once(child, 'close').finally(own.remove);
  const errors = gathered(child.stderr);
  let output = '';
  const said = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as Readable }).on('line', (line) => {
      output += `${line}\n`;
      const found = ready.exec(line);
      if (found) resolve(found[1] ?? '');
    });
    ended.then(() => reject(new Error(`catchment ${args.join(' ')} ended before it was ready: ${errors()}`)), reject);
  });
  return {
    said: await said,
    pid: child.pid as number,
    ended: ended.then(([code, signal]) => signal ?? code),
    output: () => output,
    errors,
    stop: (signal = 'SIGTERM') => endChild(child, signal),
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
  const child = startChild(catchmentCommand(args), { env: own.env, stdio: ['ignore', full, 'pipe'] });
  const err = gathered(child.stderr);
  await once(child, 'close');
  own.remove();
  closeSync(full);
  return { code: child.exitCode, err: err() };
}

/** Begins to run `catchment …`, to be stopped on the way. */
export function spawnCatchment(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  { checkout = root }: Pick<Place, 'checkout'> = {},
) {
  const own = ownEnvironment(env);
  const child = startChild([...programOf(checkout), ...args], { env: own.env, stdio });
  const [out, err] = [gathered(child.stdout), gathered(child.stderr)];
  const ended = once(child, 'close')
    .then((): Ended => ({ code: child.exitCode, out: out(), err: err() }))
    .finally(own.remove);
  return {
    pid: child.pid as number,
    ended,
    /** Resolves when its stderr has such a text. Throws when it ends without. */
    untilItSays: async (pattern: RegExp) => {
      const isSaid = new Promise<void>((resolve) => {
        const look = () => pattern.test(err()) && resolve();
        child.stderr?.on('data', look);
        look();
      });
      const silent = ended.then(({ code }) => {
        if (!pattern.test(err())) throw new Error(`catchment ${args.join(' ')} ended with ${code}: ${err()}`);
      });
      await Promise.race([isSaid, silent]);
    },
    stop: async (signal: 'SIGTERM' | 'SIGKILL'): Promise<Ended> => {
      await endChild(child, signal);
      return ended;
    },
  };
}

/** Gathers what is written to a stream: the text until now. */
function gathered(stream: Readable | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  return () => text;
}
