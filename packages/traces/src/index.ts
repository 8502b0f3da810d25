export { traceCall } from './calls.ts';
export { openTraces, type TraceSettings } from './open-traces.ts';
export { spanAttributes } from './span-attributes.ts';
export type { Traces } from './traces.ts';
