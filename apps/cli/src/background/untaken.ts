import { type Untaken, waitText } from '@cellshed/jobs';
import { asTyped } from '../text/as-typed.ts';

export interface UntakenOptions {
  /** The time in milliseconds. */
  readonly now?: () => number;
  /** Writes the sentence; default: to stderr. */
  readonly say?: (sentence: string) => void;
}

export interface UntakenSaying {
  /** Takes, again and again, why the work is not done; undefined: somebody does it. */
  see(untaken: Untaken | undefined): void;
}

const secondsUntilSaid = 2;

/**
 * Says once that nobody takes the work that a command waits for, and again after somebody has taken
 * something in between.
 */
export function untaken({ now = () => performance.now(), say = console.error }: UntakenOptions = {}): UntakenSaying {
  let takenAt = now();
  let isSaid = false;
  return {
    see: (seen) => {
      if (seen === undefined) {
        takenAt = now();
        isSaid = false;
      } else if (!isSaid && now() - takenAt >= 1000 * secondsUntilSaid) {
        isSaid = true;
        const { role, isPaused } = seen;
        const cure = isPaused ? '' : `; start one with \`catchment worker --roles ${role}\``;
        say(asTyped(`catchment: ${waitText(seen)}${cure}`));
      }
    },
  };
}

const lookEveryMilliseconds = 1000;

/**
 * Looks every few seconds until the returned function is called. Errors are left to the command,
 * which meets them itself.
 */
export function watchUntaken(look: () => Promise<Untaken | undefined>, options: UntakenOptions = {}): { stop(): void } {
  const { see } = untaken(options);
  const timer = setInterval(() => void look().then(see, () => undefined), lookEveryMilliseconds);
  return { stop: () => clearInterval(timer) };
}
