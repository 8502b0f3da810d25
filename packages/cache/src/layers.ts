import { type SetOptions, type Store, StoreError } from './store.ts';

/** One of the stores of a layered one. */
export interface Layer {
  readonly store: Store;
  /**
   * For a layer whose values others cannot delete, such as this process's memory: how long one
   * stays there at most, counted from when the layers beneath were asked. It lies above all without
   * such a limit, is never listed, and what it does not have it does not know.
   */
  readonly mostMilliseconds?: number;
}

/**
 * When a value was set, or asked for, and when it expires (`Infinity`: never); in milliseconds
 * since 1970.
 */
export interface Life {
  readonly since: number;
  readonly expiresAt: number;
}

/** How a new value comes into a layer above the durable one. */
export interface Laying {
  readonly key: string;
  readonly life: Life;
  write(stay: SetOptions): Promise<unknown>;
}

export type Answer<T> = { readonly value: T } | { readonly failure: StoreError };

/** What a layer answers or why it does not. Any other error is a bug and rejects. */
export async function answerOf<T>(call: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await call() };
  } catch (failure) {
    if (!(failure instanceof StoreError)) throw failure;
    return { failure };
  }
}

/**
 * Does each of the calls, one after the other, also after one that failed. Answers whether any was
 * true, if none failed.
 */
export async function everyOne(summary: string, calls: readonly (() => Promise<boolean>)[]): Promise<boolean> {
  const failures: StoreError[] = [];
  let any = false;
  for (const call of calls) {
    const answer = await answerOf(call);
    if ('failure' in answer) failures.push(answer.failure);
    else any ||= answer.value;
  }
  if (failures.length > 0) throw together(summary, failures);
  return any;
}

/** One sentence of several. */
export function together(summary: string, failures: readonly StoreError[]): StoreError {
  const message = `${summary}: ${failures.map((failure) => failure.message).join('; ')}`;
  return new StoreError(message, { cause: failures.length === 1 ? failures[0] : new AggregateError(failures) });
}

export function lifeOf({ ttlMilliseconds = Infinity }: SetOptions, since: number): Life {
  return { since, expiresAt: since + ttlMilliseconds };
}

/** How long a value may still stay in a layer; `undefined` if it must not be there any more. */
export function stayIn({ mostMilliseconds = Infinity }: Layer, life: Life, now: number): SetOptions | undefined {
  const until = Math.min(life.expiresAt, life.since + mostMilliseconds);
  if (until === Infinity) return {};
  return until > now ? { ttlMilliseconds: until - now } : undefined;
}

/**
 * Only who carries the value up just now must be fenced off: a million epochs of a week would take
 * more room than many values.
 */
export const onlyCarriers = { rememberMilliseconds: 60_000 };
