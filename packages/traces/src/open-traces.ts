import type { Traces, TracesOptions } from './traces.ts';

/** Settings by their standard names. */
export interface TraceSettings {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: string | undefined;
  readonly OTEL_SERVICE_NAME: string | undefined;
  readonly OTEL_SDK_DISABLED: boolean;
  readonly OTEL_TRACES_SAMPLER: string;
  readonly OTEL_TRACES_SAMPLER_ARG: number | undefined;
}

const off: Traces = { telemetry: undefined, close: async () => undefined };

/**
 * Begins to trace, if the settings name a collector, or there is an exporter. Else nothing is
 * loaded, and spans cost nothing. A process has one of these.
 */
export async function openTraces(settings: TraceSettings, options: TracesOptions): Promise<Traces> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = settings;
  const url = own ?? (all && `${all.replace(/\/+$/, '')}/v1/traces`);
  if ((url === undefined && !options.exporter) || settings.OTEL_SDK_DISABLED) return off;
  const { startTraces } = await import('./start-traces.ts');
  return startTraces({
    ...options,
    url,
    service: settings.OTEL_SERVICE_NAME ?? options.service,
    share: shareOf(settings),
  });
}

/** The part of all traces that a standard sampler keeps. Each is kept whole, whatever its name. */
function shareOf({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: share }: TraceSettings): number {
  if (sampler.endsWith('traceidratio')) return share ?? 1;
  return sampler.endsWith('always_off') ? 0 : 1;
}
