import type { Findings } from './findings.ts';
import type { KeptResult } from './kept-results.ts';
import type { Machine } from './machine.ts';
import { findingsBlocks, type Section } from './page.ts';

/** Something that is measured. `run` throws when it cannot be. */
export interface Bench extends Section {
  /** Whether it is only run when it is named: it takes long, or much room. */
  readonly byRequest?: true;
  run(): Promise<Findings>;
}

export interface Surroundings {
  readonly machine: () => Machine;
  readonly now: () => Date;
  readonly say: (text: string) => void;
  readonly keep: (result: KeptResult) => void;
}

/**
 * Runs benches one after another, says and keeps what each found. Resolves to whether all answers
 * were what they must be.
 */
export async function runBenches(
  benches: readonly Bench[],
  { machine, now, say, keep }: Surroundings,
): Promise<boolean> {
  let allRight = true;
  for (const { name, title, run } of benches) {
    say(`\n${name}: ${title}`);
    const findings = await run();
    say(`\n${findingsBlocks(findings).join('\n\n')}`);
    keep({ name, day: now().toISOString().slice(0, 10), machine: machine(), findings });
    if (findings.wrong && findings.wrong.length > 0) allRight = false;
  }
  return allRight;
}
