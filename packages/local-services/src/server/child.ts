import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';

export interface Launch {
  /** The program and its arguments. */
  readonly words: readonly string[];
  readonly options?: SpawnOptions;
  /** The file that takes the server's output. */
  readonly log: string;
  /** A shell script that runs when this process has ended. `$1` is the server's process. */
  readonly afterwards: string;
  /** The arguments of that script from `$2` on. */
  readonly places: readonly string[];
}

/** A server that runs as a child of this process. */
export interface ChildServer {
  readonly child: ChildProcess;
  /** Resolves when the process has ended, or could not be started: then with the reason. */
  readonly ended: Promise<Error | undefined>;
  /** The last lines of its log. */
  lastWords(): string;
}

/**
 * Runs a server that ends with this process, however that ends, and does not keep it alive. The
 * server has a group of its own: Ctrl-C must not end it while this process still ends its work in
 * good order.
 */
export function launch({ words, options, log, afterwards, places }: Launch): ChildServer {
  const [command = '', ...args] = words;
  const output = openSync(log, 'w');
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  child.unref();
  const watcher = child.pid === undefined ? undefined : watch(afterwards, [String(child.pid), ...places]);
  const ended = new Promise<Error | undefined>((resolve) => {
    child.once('exit', () => resolve(undefined)).once('error', resolve);
  });
  void ended.then(() => watcher?.kill('SIGKILL'));
  return { child, ended, lastWords: () => readFileSync(log, 'utf8').trim().split('\n').slice(-8).join('\n') };
}

/** A shell that waits for the end of this process: even SIGKILL closes the pipe between them. */
function watch(script: string, args: readonly string[]): ChildProcess {
  const watcher = spawn('/bin/sh', ['-c', `read -r _; ${script}`, 'sh', ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  return watcher;
}

export interface Readiness {
  readonly isReady: () => Promise<boolean> | boolean;
  readonly withinMilliseconds: number;
  /** The signal that ends a server which is not ready in time. */
  readonly signal: NodeJS.Signals;
}

/** Waits until a server is ready. Ends it and throws its last words when it does not become so. */
export async function untilReady(
  { child, ended, lastWords }: ChildServer,
  { isReady, withinMilliseconds, signal }: Readiness,
): Promise<void> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const deadline = Date.now() + withinMilliseconds;
  while (!isOver && Date.now() < deadline) {
    if (await isReady()) return;
    await delay(10);
  }
  child.kill(signal);
  const cause = await ended;
  const said = cause?.message ?? lastWords();
  throw said.includes('Address already in use') ? new PortInUse(said) : new Error(said, { cause });
}

/** Thrown when another process listens on the port. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';
}

const attempts = 5;

/**
 * Starts a server on a free port. Another process may take the port before the server listens on
 * it: then another port is tried.
 */
export async function onFreePort<Server>(start: (port: number) => Promise<Server>): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === attempts || !(error instanceof PortInUse)) throw error;
    }
  }
}
