import type { Counter, Histogram, ObservableCounter, ObservableGauge, ObservableResult } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationType, MeterProvider } from '@opentelemetry/sdk-metrics';
import { type Instrument, instruments } from './instruments.ts';
import type { Metrics } from './metrics.ts';
import { observeProcess } from './process.ts';

/** The most combinations of labels of one metric. What comes later is added up under one. */
const mostCombinations = 1000;

/** Opens the metrics of a process: all instruments, and what is read of the process itself. */
export function openMetrics(): Metrics {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer('', false, undefined, true, true);
  const all: readonly (readonly [string, Instrument])[] = Object.entries(instruments);
  const provider = new MeterProvider({
    readers: [reader],
    views: all.map(([instrumentName, { buckets }]) => ({
      instrumentName,
      aggregationCardinalityLimit: mostCombinations,
      ...(buckets && {
        aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [...buckets] } },
      }),
    })),
  });
  const meter = provider.getMeter('catchment');
  const made = new Map<string, Counter & Histogram & ObservableGauge & ObservableCounter>();
  const make = {
    counter: meter.createCounter.bind(meter),
    histogram: meter.createHistogram.bind(meter),
    gauge: meter.createObservableGauge.bind(meter),
    total: meter.createObservableCounter.bind(meter),
  };
  for (const [name, { kind, help }] of all) made.set(name, make[kind](name, { description: help }) as never);
  const instrument = (name: string) => made.get(name) as Counter & Histogram & ObservableGauge & ObservableCounter;
  const observe: Metrics['observe'] = (name, read) => {
    const callback = async (result: ObservableResult) => {
      try {
        for (const [labels, value] of await read()) result.observe(value, labels);
      } catch {
        // A reading that fails now is missing, as a server that is away is missing.
      }
    };
    instrument(name).addCallback(callback);
    return () => instrument(name).removeCallback(callback);
  };
  observeProcess(observe);
  return {
    add: (name, labels, value = 1) => instrument(name).add(value, labels),
    record: (name, labels, value) => instrument(name).record(value, labels),
    observe,
    text: async () => serializer.serialize((await reader.collect()).resourceMetrics),
    close: () => provider.shutdown(),
  };
}
