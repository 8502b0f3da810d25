import { SpanKind } from '@opentelemetry/api';
import { ParentBasedSampler, type Sampler, SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';

/**
 * The steps of queues that are shown. What workers do all the time, such as looking for jobs, is
 * part of no request.
 */
const shownSteps = /^(add|addBulk|addFlow|addNode|process|delay|retry|fail) /;

/** Steps of what workers do by the clock, whether anybody asks or not. */
const byTheClock = /^add chore\.watch$/;

/**
 * Keeps a share of all traces, each whole: a worker keeps what the gateway has kept. A client that
 * says so is not traced, but no client can have more of its requests kept than the share.
 */
export function openSampler(share: number): Sampler {
  const root = new TraceIdRatioBasedSampler(share);
  const parentBased = new ParentBasedSampler({ root });
  const ofClients = new ParentBasedSampler({ root, remoteParentSampled: root });
  return {
    shouldSample(within, traceId, name, kind, attributes, links) {
      const isPartOfNone = byTheClock.test(name) || (kind === SpanKind.INTERNAL && !shownSteps.test(name));
      if (isPartOfNone) return { decision: SamplingDecision.NOT_RECORD };
      const sampler = kind === SpanKind.SERVER ? ofClients : parentBased;
      return sampler.shouldSample(within, traceId, name, kind, attributes, links);
    },
    toString: () => `Catchment{${root}}`,
  };
}
