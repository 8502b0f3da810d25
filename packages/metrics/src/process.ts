import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from './metrics.ts';

const millisecondsBetweenLooks = 20;
const microsecondsInSecond = 1e6;

/** Has the memory, the CPU time and the event loop of this process read with its metrics. */
export function observeProcess(observe: Metrics['observe']): void {
  // A loop that is never late is measured late by the time between two looks.
  const lateness = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - millisecondsBetweenLooks / 1000);
  const delay = monitorEventLoopDelay({ resolution: millisecondsBetweenLooks });
  delay.enable();
  observe('nodejs_eventloop_lag_seconds', () => {
    const [half, most, worst] = [lateness(delay.percentile(50)), lateness(delay.percentile(99)), lateness(delay.max)];
    delay.reset();
    return [
      [{ quantile: '0.5' }, half],
      [{ quantile: '0.99' }, most],
      [{ quantile: '1' }, worst],
    ];
  });
  observe('process_start_time_seconds', () => [[{}, performance.timeOrigin / 1000]]);
  observe('nodejs_heap_used_bytes', () => [[{}, process.memoryUsage().heapUsed]]);
  observe('process_resident_memory_bytes', () => [[{}, process.memoryUsage.rss()]]);
  observe('process_cpu_seconds_total', () => {
    const { user, system } = process.cpuUsage();
    return [[{}, (user + system) / microsecondsInSecond]];
  });
}
