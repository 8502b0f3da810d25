import { type Attributes, SpanKind } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { spanAttributes } from './span-attributes.ts';

/**
 * An exporter that sends the documented attributes of spans alone. Libraries add others, and events
 * with messages of errors, which may have paths and hosts: the log has those.
 */
export function shownBy(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => exporter.export(spans.map(shown), done),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

function shown(span: ReadableSpan): ReadableSpan {
  const { kind, startTime, endTime, duration, ended, links, resource, instrumentationScope, parentSpanContext } = span;
  return {
    ...{ kind, startTime, endTime, duration, ended, links, resource, instrumentationScope },
    ...(parentSpanContext && { parentSpanContext }),
    name: nameOf(span),
    spanContext: () => span.spanContext(),
    attributes: documented(span.attributes),
    status: { code: span.status.code },
    events: [],
    ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
  };
}

function documented(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => Object.hasOwn(spanAttributes, name)));
}

/** The name of a span; that of an attempt has the kind of job in place of its queue. */
function nameOf({ name, kind, attributes }: ReadableSpan): string {
  const job = attributes['bullmq.job.name'];
  return kind === SpanKind.CONSUMER && typeof job === 'string' ? `process ${job}` : name;
}
