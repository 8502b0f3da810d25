import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** The processes that have not ended. */
const left = new Set<ChildProcess>();

/** Starts a process. It ends with the tests of its file, whatever they do. */
export function startChild(words: readonly string[], options: SpawnOptions): ChildProcess {
  const [program = '', ...args] = words;
  const child = spawn(program, args, options);
  left.add(child);
  child.once('close', () => left.delete(child));
  return child;
}

/** Has a process end, also one that stands still, and waits until it has. */
export async function endChild(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const end = left.has(child) ? once(child, 'close') : undefined;
  child.kill(signal);
  child.kill('SIGCONT');
  await end;
}

// Before a file removes its folder: what a failed test has left would still write into it. Benches
// start processes, too, and have no hooks.
if (typeof afterAll === 'function') {
  afterAll(async () => {
    await Promise.all([...left].map((child) => endChild(child, 'SIGKILL')));
  });
}
