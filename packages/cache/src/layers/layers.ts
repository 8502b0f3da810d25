import { entryHeaderBytes } from '../entry.ts';
import { type SetOptions, type Store, StoreError } from '../stores/store.ts';

/** One of the stores of a layered one. */
export interface Layer {
  readonly store: Store;
  /**
   * The longest time that a value stays in a layer whose values other processes cannot delete, such
   * as this process's memory. It is counted from when the layers beneath were asked. Such a layer
   * is above all layers without this limit, is never listed, and says nothing of keys that it does
   * not have.
   */
  readonly mostMilliseconds?: number;
}

/**
 * The time when a value was set, or asked for, and the time when it expires (`Infinity`: never), in
 * milliseconds since 1970.
 */
export interface Life {
  readonly since: number;
  readonly expiresAt: number;
}

/** The way in which a new value is stored in a layer above the durable one. */
export interface Laying {
  readonly key: string;
  readonly life: Life;
  /** Answers whether the layer took it. */
  write(stay: SetOptions): Promise<boolean>;
}

export type Answer<T> = { readonly value: T } | { readonly failure: StoreError };

/**
 * Calls a layer and returns its answer, or the reason why there is none. Any other error is a bug
 * and rejects.
 */
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

/**
 * The time for which a value may still stay in a layer; `undefined` if it must not be there any
 * more.
 */
export function stayIn({ mostMilliseconds = Infinity }: Layer, life: Life, now: number): SetOptions | undefined {
  const until = Math.min(life.expiresAt, life.since + mostMilliseconds);
  if (until === Infinity) return {};
  return until > now ? { ttlMilliseconds: until - now } : undefined;
}

/**
 * Only a reader that carries the value up just now must be fenced off: a million epochs of a week
 * would take more room than many values.
 */
export const onlyCarriers = { rememberMilliseconds: 60_000 };

/**
 * The time, in milliseconds, after which an epoch may be forgotten that a value carried from layer
 * to layer was to be held against. A process may be stopped for that long.
 */
export const carriedTooLong = onlyCarriers.rememberMilliseconds / 2;

/** Tells whether values stay in a layer until they are removed, evicted or expire. */
export function isLasting({ mostMilliseconds }: Layer): boolean {
  return mostMilliseconds === undefined;
}

/**
 * Tells whether exactly this entry is stored there, by its header, which has the start and the hash
 * of the content.
 */
export async function liesIn(store: Store, key: string, entry: Uint8Array): Promise<boolean> {
  const there = await store.head(key, entryHeaderBytes);
  return there !== undefined && Buffer.compare(there, entry.subarray(0, entryHeaderBytes)) === 0;
}
