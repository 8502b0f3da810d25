export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Pauses, so that who asks again and again asks ever less often. */
export function growingPauses(longest = 400): () => Promise<void> {
  let next = 20;
  return async () => {
    await pause(next);
    next = Math.min(longest, 1.3 * next);
  };
}

/** The longest wait. What does not hold by then never will, however slow the machine is. */
const longestSeconds = 300;

/**
 * Asks again and again until it holds. Throws when it never does, with what was seen last: by
 * default the question.
 */
export async function waitUntil(
  holds: () => Promise<boolean> | boolean,
  seen: () => unknown = () => holds.toString(),
): Promise<void> {
  const last = Date.now() + longestSeconds * 1000;
  const rest = growingPauses(200);
  while (!(await holds())) {
    if (Date.now() > last) throw new Error(`after ${longestSeconds} s still: ${JSON.stringify(seen())}`);
    await rest();
  }
}
