import { ThreadDied } from '@cellshed/jobs/thread-died';
import { Replaced } from '@cellshed/operations';
import type { Piscina } from 'piscina';
import type { Answer } from './answer.ts';
import { begin, type Control, newControl, tellToStop, tilesDone } from './control.ts';

export interface Running {
  /** Aborted, it stops the work; what was called throws its reason. */
  readonly signal: AbortSignal;
  /** Told a few times a second how many tiles are done. */
  readonly report?: (tilesDone: number) => void;
}

const reportEveryMilliseconds = 250;

/**
 * Work hears of a stop within a fifth of a second. What has not heard of it for so long never will:
 * its thread is ended.
 */
const deafMilliseconds = 10_000;

/**
 * Runs tasks in the threads of a pool: each is made when it is wanted, and is told through shared
 * memory when it is to stop. One that waits for a thread is given up at once.
 */
export function threadRunner(pool: Pick<Piscina, 'run'>, isClosing: () => boolean) {
  let underWay = 0;
  const run = async <Value>(
    name: string,
    taskOf: () => Promise<object>,
    { signal, report }: Running,
  ): Promise<Value> => {
    const control = newControl();
    const deaf = new AbortController();
    const { promise: givenUp, reject: giveUp } = Promise.withResolvers<never>();
    givenUp.catch(() => undefined);
    let ending: NodeJS.Timeout | undefined;
    const task: { control: Control; [member: string]: unknown } = { control };
    const stop = () => {
      tellToStop(control);
      if (begin(control)) {
        // It still waits for a thread, without its large members.
        for (const member of Object.keys(task)) if (member !== 'control') delete task[member];
        giveUp(signal.reason);
      } else ending = setTimeout(() => deaf.abort(), deafMilliseconds);
    };
    signal.addEventListener('abort', stop, { once: true });
    const reporter = report && setInterval(() => report(tilesDone(control)), reportEveryMilliseconds);
    try {
      signal.throwIfAborted();
      Object.assign(task, await taskOf());
      signal.throwIfAborted();
      const answer = await Promise.race([inThread<Value>(task, { name, signal: deaf.signal }), givenUp]);
      if ('thrown' in answer) throw answer.thrown;
      if ('replaced' in answer) throw new Replaced(answer.replaced);
      return answer.value;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      clearInterval(reporter);
      clearTimeout(ending);
      signal.removeEventListener('abort', stop);
      report?.(tilesDone(control));
      // This ends the wait of the thread for a signal to stop.
      tellToStop(control);
    }
  };
  /** The tasks that the pool has, those that wait for a thread among them. */
  const tasks = () => underWay;
  return Object.assign(run, { tasks });

  async function inThread<Value>(task: object, how: { readonly name: string; readonly signal: AbortSignal }) {
    underWay += 1;
    try {
      return (await pool.run(task, how)) as Answer<Value>;
    } catch (cause) {
      throw isClosing() ? cause : new ThreadDied(cause);
    } finally {
      underWay -= 1;
    }
  }
}
