import type { AnyRequest } from '@cellshed/contracts';
import { type Attempt, subjectOf } from '@cellshed/jobs';
import { SpanStatusCode, trace } from '@opentelemetry/api';

/** Adds to the span of an attempt at a job, if there is one, what it was about and how it ended. */
export function traceAttempt({ kind, data, outcome, requestId }: Attempt): void {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return;
  span.setAttributes({
    'catchment.operation': subjectOf({ name: kind, data: data as Partial<AnyRequest> }).operation,
    'catchment.outcome': outcome,
    ...(requestId !== undefined && { 'catchment.request_id': requestId }),
  });
  if (outcome === 'failed' || outcome === 'retried') span.setStatus({ code: SpanStatusCode.ERROR });
}
