import { setTimeout } from 'node:timers/promises';

/** The longest pause between two questions, in milliseconds. */
const longest = 20;

/**
 * Asks again and again until it holds; only the test's own time limit ends it before. It rests in
 * between, so that what it waits for has the processor.
 */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let pause = 1; !(await holds()); pause = Math.min(longest, 2 * pause)) await setTimeout(pause);
}
