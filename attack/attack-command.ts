import { once } from 'node:events';
import { cpuSeconds, peakMebibytes, residentMebibytes } from './process-cost.ts';
import type { Cost, Measured, Row } from './row.ts';
import { scratch } from './scratch.ts';
import { startApp } from './target.ts';

/** An attack by a file that an operator was given: a command reads it, in a process of its own. */
export interface CommandAttack {
  readonly name: string;
  readonly about: string;
  /** Makes the files; resolves to how large the hostile one is, and what is run. */
  prepare(): Promise<{
    readonly bytes: number;
    readonly args: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  }>;
  /** Further costs, as the command's output tells them. */
  costs?(said: string): readonly Cost[];
}

const [mostSeconds, mostMebibytes] = [25, 1500];
const allowed = { cpu: 10, memory: 700 };

/** A row that runs a command until it ends, or takes more time or memory than it may. */
export function commandRow(attack: CommandAttack): Row {
  const { name, about } = attack;
  return { name, about, measure: (checkout) => measure(attack, checkout) };
}

async function measure(attack: CommandAttack, checkout: string): Promise<Measured> {
  const { bytes, args, env } = await attack.prepare();
  const ran = await run(checkout, args, env);
  const atLeast = ran.stopped;
  const costs: Cost[] = [
    { what: 'CPU', value: ran.cpu, unit: 's', most: allowed.cpu, atLeast },
    { what: 'memory', value: ran.mebibytes, unit: 'MiB', most: allowed.memory, atLeast },
    { what: 'ended by force', value: atLeast ? 1 : 0, unit: '', most: 0 },
    ...(attack.costs?.(ran.said) ?? []),
  ];
  const sentence = ran.said.trim().split('\n').at(-1)?.slice(0, 160) ?? '';
  return { bytes, costs, answer: atLeast ? 'no end' : `ends with ${ran.code}: ${sentence}` };
}

async function run(checkout: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = startApp(checkout, args, { SERVE_DIR: scratch('serve'), ENV_FILE: '', ...env });
  const pid = child.pid as number;
  let [said, cpu, mebibytes, stopped] = ['', 0, 0, false];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => {
      said = `${said}${text}`.slice(-20_000);
    });
  const begun = performance.now();
  const look = setInterval(() => {
    cpu = Math.max(cpu, cpuSeconds(pid) ?? 0);
    mebibytes = Math.max(mebibytes, peakMebibytes(pid));
    const elapsed = (performance.now() - begun) / 1000;
    // The machine may be busy: a command that has not used much CPU gets more time.
    const isOver = elapsed > (cpu > allowed.cpu ? mostSeconds : 4 * mostSeconds);
    if (!isOver && residentMebibytes(pid) < mostMebibytes) return;
    stopped = true;
    child.kill('SIGKILL');
  }, 10);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { said, cpu, mebibytes, stopped, code };
  } finally {
    clearInterval(look);
  }
}
