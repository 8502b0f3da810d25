import type { WorkerRole } from '@catchment/jobs';
import { asTyped } from './as-typed.ts';

export interface UntakenOptions {
  /** The time in milliseconds. */
  readonly now?: () => number;
  /** Where the sentence goes; default: stderr. */
  readonly say?: (sentence: string) => void;
}

export interface Untaken {
  /**
   * Told, again and again, of which workers none has taken what is waited for; undefined: somebody
   * has.
   */
  see(role: WorkerRole | undefined): void;
}

const secondsUntilSaid = 10;

/**
 * Says once, and again after somebody has taken something in between, that what a command waits for
 * is taken by nobody.
 */
export function untaken({ now = () => performance.now(), say = console.error }: UntakenOptions = {}): Untaken {
  let takenAt = now();
  let isSaid = false;
  return {
    see: (role) => {
      if (role === undefined) {
        takenAt = now();
        isSaid = false;
      } else if (!isSaid && now() - takenAt >= 1000 * secondsUntilSaid) {
        isSaid = true;
        say(
          asTyped(
            `catchment: no worker has taken it for ${secondsUntilSaid} s; start one with \`catchment worker --roles ${role}\``,
          ),
        );
      }
    },
  };
}

const lookEveryMilliseconds = 1000;

/**
 * Looks every few seconds until the returned function is called. What goes wrong meanwhile, the
 * command itself meets.
 */
export function watchUntaken(
  look: () => Promise<WorkerRole | undefined>,
  options: UntakenOptions = {},
): { stop(): void } {
  const { see } = untaken(options);
  const timer = setInterval(() => void look().then(see, () => undefined), lookEveryMilliseconds);
  return { stop: () => clearInterval(timer) };
}
