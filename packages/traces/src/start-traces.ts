import { context, DiagLogLevel, diag, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Telemetry } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';
import { openSampler } from './sampler.ts';
import { shownBy } from './shown-spans.ts';
import type { Traces, TracesOptions } from './traces.ts';

interface Started extends TracesOptions {
  /** The place of the collector; undefined: the exporter takes the spans. */
  readonly url: string | undefined;
  /** The part of all traces that is kept, up to 1. */
  readonly share: number;
}

/** The time in which the last spans are sent. */
const mostMillisecondsAtEnd = 2000;

/** Begins to trace, for this whole process. */
export function startTraces({ url, service, version, instance, share, exporter, onError }: Started): Traces {
  const own = { 'service.name': service, 'service.version': version, 'service.instance.id': instance };
  const told = (message: string) => onError(new Error(`traces: ${message}`));
  diag.setLogger({ error: told, warn: told, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
  const provider = new TracerProvider({
    resource: resourceFromAttributes(own).merge(detectResources({ detectors: [envDetector] })),
    sampler: openSampler(share),
    spanProcessors: [
      exporter
        ? new SimpleSpanProcessor({ exporter: shownBy(exporter) })
        : new BatchSpanProcessor({ exporter: shownBy(new OTLPTraceExporter(url === undefined ? {} : { url })) }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return {
    telemetry: telemetryOfQueues(),
    close: async () => {
      const late = new Promise<void>((resolve) => setTimeout(resolve, mostMillisecondsAtEnd).unref());
      await Promise.race([provider.shutdown().catch((error: Error) => told(error.message)), late]);
      for (const one of [trace, context, propagation, diag]) one.disable();
    },
  };
}

function telemetryOfQueues(): Telemetry {
  const telemetry = new BullMQOtel({ tracerName: 'bullmq' }) as unknown as Telemetry;
  // Loops of workers that begin within a span are no part of it.
  return Object.assign(telemetry, {
    contextManager: Object.assign(telemetry.contextManager, { root: () => ROOT_CONTEXT }),
  });
}

function ignore(): void {}
