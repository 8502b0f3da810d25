import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { peakMiB } from './peak.ts';
import { endedChildrenMilliseconds } from './usage.ts';

/** A program and its arguments. */
export type CommandLine = readonly [program: string, ...args: string[]];

export interface CommandRun {
  readonly seconds: number;
  /** The CPU seconds of the process and its threads. */
  readonly cpuSeconds: number;
  readonly peakMebibytes: number;
  readonly output: string;
}

/** Runs a command from its start to its end. Throws if it fails. */
export async function runWhole([program, ...args]: CommandLine, env: NodeJS.ProcessEnv = {}): Promise<CommandRun> {
  const [before, cpuBefore] = [performance.now(), endedChildrenMilliseconds()];
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  let [peak, output] = [0, ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const watching = setInterval(() => {
    peak = Math.max(peak, peakMiB(child.pid!));
  }, 20);
  const [code] = await once(child, 'close');
  clearInterval(watching);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
  return {
    seconds: (performance.now() - before) / 1000,
    cpuSeconds: (endedChildrenMilliseconds() - cpuBefore) / 1000,
    peakMebibytes: peak,
    output,
  };
}
