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

/**
 * Asks again and again until it holds. Throws when that takes longer than so many seconds, with
 * what was seen last.
 */
export async function waitUntil(
  holds: () => Promise<boolean> | boolean,
  withinSeconds = 180,
  seen: () => unknown = () => holds.toString(),
): Promise<void> {
  const last = Date.now() + withinSeconds * 1000;
  const rest = growingPauses(200);
  while (!(await holds())) {
    if (Date.now() > last) throw new Error(`after ${withinSeconds} s still: ${JSON.stringify(seen())}`);
    await rest();
  }
}
