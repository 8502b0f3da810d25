import type { Background, BackgroundWork } from './books/background.ts';
import type { Computations } from './books/computations.ts';
import type { Outcome } from './contracts/outcome.ts';
import type { Endings } from './endings.ts';

export interface BackgroundEnds {
  readonly computations: Pick<Computations, 'areOver' | 'outcomes'>;
  readonly background: Background;
  /** The ends of compute jobs. */
  readonly endings: Pick<Endings, 'wait'>;
}

/** The time that a lost event costs. */
const lookAgainMilliseconds = 5000;

/** The outcomes of the computations of some work. */
export async function endsOf(
  work: BackgroundWork,
  { background, ...dependencies }: BackgroundEnds,
  signal: AbortSignal,
): Promise<readonly (Outcome | undefined)[]> {
  const computations = await background.ask(work);
  const ends = await Promise.all(computations.map((one) => endOf(one, dependencies, signal)));
  if (!signal.aborted) await background.leave(computations);
  return ends;
}

/** The outcome of a computation; undefined if it left none, or the signal was aborted. */
async function endOf(
  computation: string,
  { computations, endings }: Omit<BackgroundEnds, 'background'>,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  while (!signal.aborted) {
    const heard = await endings.wait(computation, lookAgainMilliseconds, signal);
    if (heard && 'returned' in heard) return heard.returned as Outcome;
    const [isOver] = await computations.areOver([computation]);
    if (isOver) return (await computations.outcomes([computation]))[0];
  }
  return undefined;
}
