import { setTimeout } from 'node:timers/promises';

/** The longest pause between two questions, in milliseconds. */
const longest = 20;

/** A little less than the time limit of a test, which would not say what it waited for. */
const limitMilliseconds = 590_000;

/**
 * Asks again and again until it holds. It rests in between, so that what it waits for has the
 * processor. Throws the question when it still does not hold shortly before a test's time is up.
 */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const last = performance.now() + limitMilliseconds;
  for (let pause = 1; !(await holds()); pause = Math.min(longest, 2 * pause)) {
    if (performance.now() > last) throw new Error(`it still does not hold: ${holds}`);
    await setTimeout(pause);
  }
}
