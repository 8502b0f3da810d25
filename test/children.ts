import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** The processes that have not ended. */
const left = new Set<ChildProcess>();

/** Starts a process. It ends at the latest with its test file. */
export function startChild(words: readonly string[], options: SpawnOptions): ChildProcess {
  const [program = '', ...args] = words;
  const child = spawn(program, args, options);
  left.add(child);
  child.once('close', () => left.delete(child));
  return child;
}

/** Ends a process, also one that stands still, and waits for its end. */
export async function endChild(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const end = left.has(child) ? once(child, 'close') : undefined;
  child.kill(signal);
  child.kill('SIGCONT');
  await end;
}

/** Ends all processes that are left: the environment of tests calls it. */
async function endLeft(): Promise<void> {
  await Promise.all([...left].map((child) => endChild(child, 'SIGKILL')));
}

Object.assign(globalThis, { endLeft });
