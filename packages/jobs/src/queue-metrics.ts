import type { Queues } from './queues.ts';

/**
 * The jobs of each queue by state, and those that were completed and have failed, in the text
 * format of Prometheus. The lines of each metric stand together, as the format wants it.
 */
export async function queueMetrics({ all }: Pick<Queues, 'all'>): Promise<string> {
  const texts = await Promise.all(all.map((queue) => queue.exportPrometheusMetrics()));
  const byMetric = new Map<string, string[]>();
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    const [, metric = ''] = /^(?:# (?:HELP|TYPE) )?(\w+)/.exec(line) ?? [];
    const lines = byMetric.get(metric) ?? [];
    if (!line.startsWith('#') || !lines.includes(line)) lines.push(line);
    byMetric.set(metric, lines);
  }
  return `${[...byMetric.values()].flat().join('\n')}\n`;
}
