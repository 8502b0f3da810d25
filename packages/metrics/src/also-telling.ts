import type { LabelsOf, NamesOf } from './instruments.ts';
import type { Metrics } from './metrics.ts';

/** The same metrics, which also tell each addition to one of them to somebody else. */
export function alsoTelling<Told extends NamesOf<'counter'>>(
  metrics: Metrics,
  told: Told,
  tell: (labels: LabelsOf<Told>) => void,
): Metrics {
  const add: Metrics['add'] = (name, labels, value) => {
    metrics.add(name, labels, value);
    if ((name as string) === told) tell(labels as unknown as LabelsOf<Told>);
  };
  return { ...metrics, add };
}
