import { type Context, context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { statusOf } from '../http/access-log.ts';
import { whenClosed } from '../http/when-closed.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The context within which a request is answered. */
    within?: Context;
  }
}

/** Routes that machines ask all the time. */
const untraced: readonly (string | undefined)[] = ['/healthz', '/readyz', '/metrics'];

/**
 * Makes a span of each request, within that of the client if it sends one (`traceparent`, which
 * the propagator checks). Call this before routes are added.
 */
export function traceRequests(app: FastifyInstance): void {
  app.decorateRequest('within');
  app.addHook('onRequest', (request, reply, done) => {
    const { method, id, routeOptions } = request;
    const route = request.is404 ? undefined : routeOptions.url;
    if (untraced.includes(route)) return done();
    const attributes = { 'http.request.method': method, 'catchment.request_id': id };
    const span = trace
      .getTracer('catchment')
      .startSpan(
        route === undefined ? method : `${method} ${route}`,
        { kind: SpanKind.SERVER, attributes: { ...attributes, ...(route !== undefined && { 'http.route': route }) } },
        contextOf(request),
      );
    request.within = trace.setSpan(ROOT_CONTEXT, span);
    whenClosed(reply.raw, () => {
      const status = statusOf(reply);
      span.setAttribute('http.response.status_code', status);
      if (request.jobId !== undefined) span.setAttribute('catchment.job_id', request.jobId);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    context.with(request.within, done);
  });
  // The bytes of a body come from outside of this context.
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.within) context.with(request.within, done);
    else done();
  });
}

/** The span of the client alone: what else it sends with it does not travel on. */
function contextOf({ headers }: Pick<FastifyRequest, 'headers'>): Context {
  const sent = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, headers));
  if (!sent) return ROOT_CONTEXT;
  const { traceId, spanId, traceFlags } = sent;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
