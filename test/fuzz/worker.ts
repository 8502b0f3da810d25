import { workerData } from 'node:worker_threads';
import { randomOf } from './random.ts';
import { targets } from './targets.ts';

/** The work of a thread. */
export interface Work {
  readonly name: string;
  /** The first seed; each case has the next one. */
  readonly seed: number;
  readonly cases: number;
  /**
   * The seed under way, and how many cases were accepted and refused: whoever looks at them sees a
   * case that does not end.
   */
  readonly progress: Float64Array;
}

const { name, seed, cases, progress } = workerData as Work;
const target = targets.find((one) => one.name === name);
for (let i = 0; i < cases; i++) {
  progress[0] = seed + i;
  const outcome = await target?.run(randomOf(seed + i));
  const counted = outcome === 'accepted' ? 1 : 2;
  progress[counted] = (progress[counted] ?? 0) + 1;
}
