import type { ChildProcess } from 'node:child_process';
import {
  cpuSeconds,
  forgetPeak,
  mainThreadSeconds,
  openSockets,
  peakMebibytes,
  residentMebibytes,
} from './process-cost.ts';

/** The resources that a process has used since the watch began. */
export interface Spent {
  readonly cpuSeconds: number;
  /** The CPU time in milliseconds; `atLeast` if the process was too busy to be asked. */
  readonly longestTurn: { readonly milliseconds: number; readonly atLeast: boolean };
  readonly grownMebibytes: number;
  readonly moreSockets: number;
  readonly hasEnded: boolean;
}

const answerMilliseconds = 1000;

/** Begins to watch a process that has loaded `watched.ts`. */
export function watch(child: ChildProcess): () => Promise<Spent> {
  const pid = child.pid as number;
  forgetPeak(pid);
  child.send('begin');
  const [cpu, main, memory, sockets] = [
    cpuSeconds(pid) ?? 0,
    mainThreadSeconds(pid) ?? 0,
    residentMebibytes(pid),
    openSockets(pid),
  ];
  let lastCpu = cpu;
  return async () => {
    const now = cpuSeconds(pid);
    lastCpu = now ?? lastCpu;
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    const said = hasEnded ? undefined : await longestTurn(child);
    const whole = ((mainThreadSeconds(pid) ?? main) - main) * 1000;
    return {
      cpuSeconds: lastCpu - cpu,
      longestTurn: said === undefined ? { milliseconds: whole, atLeast: true } : { milliseconds: said, atLeast: false },
      grownMebibytes: Math.max(0, peakMebibytes(pid) - memory),
      moreSockets: hasEnded ? 0 : openSockets(pid) - sockets,
      hasEnded,
    };
  };
}

function longestTurn(child: ChildProcess): Promise<number | undefined> {
  return new Promise((resolve) => {
    const done = (value: number | undefined) => {
      clearTimeout(patience);
      child.off('message', hear);
      resolve(value);
    };
    const hear = (message: unknown) => done((message as { longestTurnMilliseconds: number }).longestTurnMilliseconds);
    const patience = setTimeout(done, answerMilliseconds, undefined);
    child.on('message', hear);
    child.send('longest turn', (error) => error && done(undefined));
  });
}
