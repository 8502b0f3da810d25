import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { openSampler } from '../src/sampler.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';

/** Whether a span is kept that is within another one. */
function isKept(share: number, name: string, kind: SpanKind, parent?: { flags: TraceFlags; isRemote: boolean }) {
  const own = parent && { traceId, spanId: 'b7ad6b7169203331', traceFlags: parent.flags, isRemote: parent.isRemote };
  const within = own ? trace.setSpanContext(ROOT_CONTEXT, own) : ROOT_CONTEXT;
  const { decision } = openSampler(share).shouldSample(within, traceId, name, kind, {}, []);
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
}

const sampled = { flags: TraceFlags.SAMPLED, isRemote: true };
const unsampled = { flags: TraceFlags.NONE, isRemote: true };

it('a client may have its request left out, and not have more kept than the share', () => {
  const request = (share: number, parent?: typeof sampled) => isKept(share, 'GET /api', SpanKind.SERVER, parent);
  expect([request(1), request(1, sampled), request(1, unsampled)]).toEqual([true, true, false]);
  expect([request(0), request(0, sampled), request(0, unsampled)]).toEqual([false, false, false]);
});

it('a worker keeps what the gateway has kept, and nothing else', () => {
  const attempt = (share: number, parent: typeof sampled) => isKept(share, 'process count', SpanKind.CONSUMER, parent);
  expect([attempt(0, sampled), attempt(1, unsampled)]).toEqual([true, false]);
});

it('what queues do without a request, all the time, is no span; what happens to an attempt is one', () => {
  const step = (name: string) => isKept(1, name, SpanKind.INTERNAL, { ...sampled, isRemote: false });
  expect(['getNextJob count', 'moveStalledJobsToWait count', 'complete start', 'close'].map(step)).toEqual([
    ...[false, false, false, false],
  ]);
  expect(['delay count', 'retry count', 'fail finish'].map(step)).toEqual([true, true, true]);
});

it('what a worker does by the clock is no trace', () => {
  for (const kind of [SpanKind.INTERNAL, SpanKind.PRODUCER]) {
    expect([isKept(1, 'add chore.watch', kind), isKept(1, 'add chore.warm', kind)]).toEqual([false, true]);
  }
});
