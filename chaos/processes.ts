import { gatewayReady, type Running, startCatchment, workerReady } from '../test/processes.ts';
import type { Report } from './report.ts';

/** A gateway or a worker, which is started anew when it was ended. */
export interface Member {
  readonly name: string;
  readonly kind: 'gateway' | 'start' | 'count';
  /** The process of now. */
  running: Running;
  /** Whether its end is meant. */
  isEnding: boolean;
}

export interface Members extends AsyncDisposable {
  readonly all: readonly Member[];
  of(kind: Member['kind']): readonly Member[];
  /** Ends one, in good order or as a crash would, and starts it anew: before or after the end. */
  replace(member: Member, how: Replacement): Promise<void>;
}

export interface Replacement {
  readonly signal: 'SIGTERM' | 'SIGKILL';
  readonly first: 'start' | 'end';
  readonly env?: NodeJS.ProcessEnv;
}

const kinds = {
  gateway: { args: ['gateway'], ready: gatewayReady },
  start: { args: ['worker', '--roles', 'start,finish'], ready: workerReady },
  count: { args: ['worker', '--roles', 'count'], ready: workerReady },
} as const;

/** Most milliseconds that a process takes to end in good order. */
const mostMillisecondsToEnd = 15_000;

/** Starts two of each kind. */
export async function startMembers(env: NodeJS.ProcessEnv, report: Report): Promise<Members> {
  const start = async (kind: Member['kind'], more: NodeJS.ProcessEnv = {}) => {
    const { args, ready } = kinds[kind];
    return startCatchment(args, { ...env, ...more }, ready);
  };
  const watch = (member: Member, running: Running) => {
    void running.ended.then((code) => {
      if (member.running !== running || member.isEnding) return;
      report.violations.push(`${member.name} ended by itself (${code}): ${lastLines(running)}`);
    });
  };
  const open = async (kind: Member['kind'], n: number): Promise<Member> => {
    const member = { name: `${kind} ${n}`, kind, running: await start(kind), isEnding: false };
    watch(member, member.running);
    return member;
  };
  const all = await Promise.all(
    (['gateway', 'start', 'count'] as const).flatMap((kind) => [open(kind, 0), open(kind, 1)]),
  );
  return {
    all,
    of: (kind) => all.filter((member) => member.kind === kind),
    replace: async (member, { signal, first, env: own }) => {
      const old = member.running;
      const begin = async () => {
        const running = await startAgain(() => start(member.kind, own));
        member.running = running;
        watch(member, running);
      };
      member.isEnding = true;
      if (first === 'start') await begin();
      await end(old, signal, () => report.violations.push(`${member.name} did not end when it was told to`));
      if (first === 'end') await begin();
      member.isEnding = false;
    },
    async [Symbol.asyncDispose]() {
      for (const member of all) member.isEnding = true;
      await Promise.all(all.map(({ running }) => running.stop('SIGKILL')));
    },
  };
}

/** A start fails while a server that is needed comes back. */
async function startAgain(start: () => Promise<Running>): Promise<Running> {
  for (let tries = 0; ; tries++) {
    try {
      return await start();
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

async function end({ pid, ended }: Running, signal: NodeJS.Signals, onLate: () => void): Promise<void> {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself, which is told elsewhere.
  }
  const late = setTimeout(() => {
    onLate();
    process.kill(pid, 'SIGKILL');
  }, mostMillisecondsToEnd);
  await ended;
  clearTimeout(late);
}

function lastLines(running: Running): string {
  return `${running.output()}${running.errors()}`.trim().split('\n').slice(-3).join(' | ').slice(0, 600);
}
