import type { Metrics } from '@cellshed/metrics';
import type { CountPool } from '@cellshed/pool';

/** Has the threads of a pool looked at with the metrics, until what it returns is called. */
export function observeThreads({ observe }: Pick<Metrics, 'observe'>, pool: Pick<CountPool, 'use'>): () => void {
  const ends = [
    observe('catchment_threads', () => {
      const { threads, busy } = pool.use();
      return [
        [{ state: 'busy' }, busy],
        [{ state: 'idle' }, threads - busy],
      ];
    }),
    observe('catchment_thread_tasks_waiting', () => [[{}, pool.use().waiting]]),
  ];
  return () => {
    for (const end of ends) end();
  };
}
