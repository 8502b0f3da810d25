import { availableParallelism } from 'node:os';
import { type Budget, budgetOf, OverBudget } from '@catchment/budget';
import type { Catalog } from '@catchment/catalog';
import type { Shelved } from '@catchment/jobs';
import { Piscina } from 'piscina';
import type { AnswerForm } from '../drop-in/answer-of.ts';
import { ProblemError } from '../problem-error.ts';
import type { AreaFeatures } from './area-features.ts';
import { type BodyReaders, type BodySources, bodyReaders, type ExecutionAsked, type ExecutionBody } from './bodies.ts';
import type { DropInRead, Outcome } from './reading-thread.ts';

/** What threads that read are given: plain data. */
export interface ReadingSettings extends BodySources {
  readonly catalog: Catalog;
}

/**
 * Reads what clients send, what area tables have, and what results are answered with, off the
 * thread that answers requests: that one only reads what takes a moment. Rejects with a
 * ProblemError for what the client, or a database, is to blame for, and with the signal's reason
 * when it is aborted.
 */
export interface Reader extends AreaFeatures {
  execution(asked: ExecutionBody, signal: AbortSignal): Promise<ExecutionAsked>;
  run(body: Uint8Array, signal: AbortSignal): Promise<DropInRead>;
  multi(body: Uint8Array, signal: AbortSignal): Promise<DropInRead>;
  /** The answer to a body of `/run` or `/multi`, as JSON. */
  answer(form: AnswerForm, shelved: Shelved): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** What one thread can be asked for. */
export interface Threads {
  run(task: unknown, options: { readonly name: string }): Promise<unknown>;
  destroy(): Promise<void>;
}

/**
 * In line goes what is surely read within some 20 ms: a body of so many bytes, that takes so many
 * steps.
 */
export const mostInLine = { bytes: 100_000, steps: 1_000_000 } as const;

/** A thread that has nothing to read for so long ends, with its memory. */
const idleMilliseconds = 300_000;

export function openReader(settings: ReadingSettings): Reader {
  const bodies = threadsFor(settings, Math.max(1, Math.min(2, availableParallelism() - 1)));
  return readerOver(apart(bodies, threadsFor(settings, 1)), bodyReaders(settings));
}

const ofBodies: readonly string[] = ['execution', 'run', 'multi'] satisfies (keyof BodyReaders)[];

/**
 * Threads for bodies, of one of which there may be work for minutes, and others for what does not
 * wait for that: pages of areas, answers.
 */
export function apart(bodies: Threads, others: Threads): Threads {
  return {
    run: (task, how) => (ofBodies.includes(how.name) ? bodies : others).run(task, how),
    destroy: async () => void (await Promise.all([bodies.destroy(), others.destroy()])),
  };
}

/** So many threads at most; they begin when they are needed. */
function threadsFor(settings: ReadingSettings, maxThreads: number): Threads {
  const pool = new Piscina({
    filename: new URL('reading-thread.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads,
    idleTimeout: idleMilliseconds,
    workerData: settings,
  });
  // What a thread answers when its task was given up is an error event, which unheard would end the
  // process.
  pool.on('error', () => undefined);
  return pool;
}

/** A reader that reads in line with `inLine`, and has `threads` do all else. */
export function readerOver(threads: Threads, inLine: Pick<BodyReaders, 'execution'>): Reader {
  async function ask<Value>(name: string, task: unknown): Promise<Value> {
    const outcome = (await threads.run(task, { name })) as Outcome<Value>;
    if ('value' in outcome) return outcome.value;
    const { status, detail, type, cause } = outcome.refused;
    throw new ProblemError(status, detail, type, cause === undefined ? {} : { cause: new Error(cause) });
  }

  /** Of who has gone nothing is kept until a thread is free. */
  async function askFor<Value>(name: string, { input, bytes }: { input: unknown; bytes: number }, signal: AbortSignal) {
    signal.throwIfAborted();
    const control = new Int32Array(new SharedArrayBuffer(4));
    const task: { input: unknown; bytes: number; control: Int32Array } = { input, bytes, control };
    const { promise: givenUp, reject: giveUp } = Promise.withResolvers<never>();
    const stop = () => {
      Atomics.store(control, 0, 1);
      task.input = undefined;
      giveUp(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([ask<Value>(name, task), givenUp]);
    } finally {
      signal.removeEventListener('abort', stop);
      signal.throwIfAborted();
    }
  }

  return {
    async execution(asked, signal) {
      const bytes = asked.body.length;
      const read = bytes <= mostInLine.bytes ? shortly((budget) => inLine.execution(asked, budget)) : undefined;
      return read ?? askFor<ExecutionAsked>('execution', { input: asked, bytes }, signal);
    },
    run: (body, signal) => askFor('run', { input: body, bytes: body.length }, signal),
    multi: (body, signal) => askFor('multi', { input: body, bytes: body.length }, signal),
    answer: (form, shelved) => threads.run({ form, shelved }, { name: 'answer' }) as Promise<Uint8Array>,
    page: (...asked) => ask('page', asked),
    item: (...asked) => ask('item', asked),
    extent: (...asked) => ask('extent', asked),
    close: () => threads.destroy(),
  };
}

/** What work yields that takes few steps; undefined: it takes more. */
function shortly<Value>(work: (budget: Budget) => Value): Value | undefined {
  try {
    return work(budgetOf(mostInLine.steps));
  } catch (error) {
    if (error instanceof OverBudget) return undefined;
    throw error;
  }
}
