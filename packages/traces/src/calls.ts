import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** A call of a store that is over, as a watch of stores tells it. */
interface Call {
  readonly place: string;
  readonly call: string;
  readonly milliseconds: number;
  readonly hasFailed: boolean;
  readonly bytes: number;
}

/** Adds a call of a store to the span within which it was made; without one it does nothing. */
export function traceCall({ place, call, milliseconds, hasFailed, bytes }: Call): void {
  if (!trace.getActiveSpan()) return;
  const store = place.slice(0, place.indexOf(':'));
  const now = Date.now();
  const span = trace.getTracer('catchment').startSpan(`${call} ${store}`, {
    kind: SpanKind.CLIENT,
    startTime: now - milliseconds,
    attributes: { 'catchment.store': store, 'catchment.store.call': call, 'catchment.store.bytes': bytes },
  });
  if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(now);
}
