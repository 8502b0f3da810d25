import type { Store } from '../src/stores/store.ts';

export interface StoreFixture {
  /** A store with nothing in it. */
  open(): Promise<Store>;
  /** Makes what is in the store that much older. */
  letPass(milliseconds: number): Promise<void>;
  /** So many keys are listed, several pages of them; default 2,500. */
  readonly manyKeys?: number;
}

/**
 * Hours, in milliseconds: lives long enough that no store loses a value while a busy machine is
 * slow.
 */
export const hour = 3_600_000;

/** A time limit of calls where it is not what is tested. */
export const patient = { timeoutMilliseconds: hour };

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
