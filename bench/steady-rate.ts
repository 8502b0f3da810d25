export interface Rate {
  /** The requests of a second. */
  readonly rate: number;
  readonly seconds: number;
  /** Called again and again meanwhile, with the seconds since the beginning. */
  readonly meanwhile?: (seconds: number) => Promise<void>;
}

const tickMilliseconds = 5;

/**
 * Asks at a rate, whether answers come or not. Resolves when the time is up: to a promise that
 * resolves when all are answered.
 */
export async function askAtRate(
  ask: () => Promise<void>,
  { rate, seconds, meanwhile = async () => undefined }: Rate,
): Promise<{ readonly answered: Promise<void> }> {
  const underWay = new Set<Promise<void>>();
  const begun = performance.now();
  const passed = () => (performance.now() - begun) / 1000;
  for (let asked = 0; passed() < seconds; ) {
    for (; asked < rate * passed(); asked++) {
      const request = ask();
      underWay.add(request);
      void request.finally(() => underWay.delete(request));
    }
    await meanwhile(passed());
    await new Promise((resolve) => setTimeout(resolve, tickMilliseconds));
  }
  return { answered: Promise.all(underWay).then(() => undefined) };
}
