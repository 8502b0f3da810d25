import type { CountPool, openCountPool } from '@cellshed/pool';

/** Opens a pool of threads. What runs them is loaded only then. */
export async function openThreads(options: Parameters<typeof openCountPool>[0]): Promise<CountPool> {
  return (await import('@cellshed/pool')).openCountPool(options);
}
