import { spawnSync } from 'node:child_process';
import { cellsIn } from './answers.ts';
import { median } from './findings.ts';
import { sizes } from './inputs.ts';
import type { Tool } from './kernel-tools.ts';

/** The measurements of one area by one process, the same for Catchment and for rivals. */
export interface Measured {
  /** The seconds of each repetition. */
  readonly milliseconds: readonly number[];
  readonly peakMebibytes: number;
  /** Cells by values, which are joined by commas. */
  readonly counts: Readonly<Record<string, number>>;
}

export type Polygon = (typeof sizes)[number]['polygon'];

/** The measurements of an area by a tool. */
export interface Outcome {
  readonly cells: number;
  /** The middle one of all rounds, of each of which it is the middle repetition. */
  readonly milliseconds: number;
  /** The most of all rounds. */
  readonly peakMebibytes: number;
  readonly counts: Measured['counts'];
}

/** The measurements by tool and area, or the reason why there are none. */
export type Outcomes = (tool: string, polygon: Polygon) => Outcome | { readonly problem: string };

/** The repetitions in a process, and the count of processes. */
interface Effort {
  readonly repetitions: number;
  readonly rounds: number;
}

const efforts: Readonly<Record<Polygon, Effort>> = {
  huc12_1: { repetitions: 50, rounds: 5 },
  huc8_1: { repetitions: 20, rounds: 5 },
  huc4_1: { repetitions: 9, rounds: 3 },
  huc2_1: { repetitions: 3, rounds: 3 },
};
/** The time for which a process counts before it is timed, at least once. */
export const warmMilliseconds = 2000;
/** After which a process is given up. */
const mostSeconds = 300;
/** The repetitions of tools that are slow with large areas. */
const slowRepetitions = 2;
/** A count that takes longer is measured in one round only. */
const slowMilliseconds = 3000;

/**
 * Runs each tool on areas of all sizes, by turns: the speed of a machine may drift between two
 * runs.
 */
export function measureAll(tools: readonly Tool[], inputs: string): Outcomes {
  const outcomes = new Map<string, Outcome | { readonly problem: string }>();
  for (const { polygon, label } of sizes) {
    console.log(`${label}: ${tools.length} tools, ${efforts[polygon].rounds} rounds`);
    for (const [name, runs] of roundsOf(tools, inputs, polygon)) outcomes.set(`${polygon} ${name}`, outcomeOf(runs));
  }
  return (tool, polygon) => outcomes.get(`${polygon} ${tool}`) ?? { problem: 'it was not measured' };
}

type Run = Measured | { readonly problem: string };

function roundsOf(tools: readonly Tool[], inputs: string, polygon: Polygon): Map<string, Run[]> {
  const { rounds, repetitions } = efforts[polygon];
  const runs = new Map<string, Run[]>(tools.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, command, isSlow } of tools) {
      const own = runs.get(name)!;
      const [first] = own;
      if (first && ('problem' in first || first.milliseconds[0]! > slowMilliseconds)) continue;
      const args =
        'args' in command ? [...command.args, inputs, polygon, String(isSlow ? slowRepetitions : repetitions)] : [];
      own.push('problem' in command ? command : runOnce(args));
    }
  }
  return runs;
}

function runOnce([program = '', ...args]: readonly string[]): Run {
  const { stdout, stderr, status, signal } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: mostSeconds * 1000,
  });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1)!);
  if (signal === 'SIGTERM') return { problem: `it had no answer after ${mostSeconds} s` };
  return { problem: `it ended with ${signal ?? status}: ${reasonIn(stderr)}` };
}

/** The line of an error's text that says what it is. */
function reasonIn(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const reason =
    lines.find((line) => /^(\w*Error|FATAL ERROR|Aborted)\b/.test(line)) ?? lines.findLast((line) => line) ?? '';
  return reason.slice(0, 160);
}

function outcomeOf(runs: readonly Run[]): Outcome | { readonly problem: string } {
  const measured: Measured[] = [];
  for (const run of runs) {
    if ('problem' in run) return run;
    measured.push(run);
  }
  const { counts } = measured[0]!;
  return {
    counts,
    cells: cellsIn(counts),
    milliseconds: median(measured.map(({ milliseconds }) => median(milliseconds))),
    peakMebibytes: Math.max(...measured.map(({ peakMebibytes }) => peakMebibytes)),
  };
}
