import type { Store } from '../src/store.ts';

export interface StoreFixture {
  /** A store with nothing in it. */
  open(): Promise<Store>;
  /** Makes what is in the store that much older. */
  letPass(milliseconds: number): Promise<void>;
  /** So many keys are listed, above 1,000; default 2,500. */
  readonly manyKeys?: number;
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
