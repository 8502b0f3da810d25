import { startCluster } from './cluster.ts';
import type { Findings, Value } from './findings.ts';
import { benchInputs, sizes } from './inputs.ts';
import { peakMiB } from './peak.ts';
import { askForArea } from './workers.ts';

/**
 * The most memory that a worker process has had when it has answered a single request, for areas of
 * each size; a new process for each.
 */
export async function benchMemory(): Promise<Findings> {
  const inputs = await benchInputs();
  const rows: Value[][] = [];
  const peaks: number[] = [];
  for (const { polygon, label } of sizes) {
    const cluster = await startCluster({ catalog: `${inputs}/catalog.yaml`, workers: ['start,finish,count'] });
    const [pid = 0] = cluster.workerPids;
    const idle = peakMiB(pid);
    const before = performance.now();
    await askForArea(cluster.url, inputs, polygon);
    const seconds = (performance.now() - before) / 1000;
    peaks.push(peakMiB(pid));
    rows.push([label, seconds, idle, peaks.at(-1)]);
    await cluster.stop();
  }
  return {
    tables: [
      {
        title: 'Peak memory of a worker process that answers one request',
        columns: ['', 'seconds, with all that is done once', 'MiB before', 'peak MiB'],
        rows,
        notes: [
          'The process has a thread for each core. Its peak should be under 250 MiB and the configured tile cache.',
        ],
      },
    ],
    figures: { peakMebibytes: Math.max(...peaks) },
  };
}
