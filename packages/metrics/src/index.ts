export { alsoTelling } from './also-telling.ts';
export { isFromThisMachine } from './from-this-machine.ts';
export { type Instrument, instruments, type MetricName } from './instruments.ts';
export type { Metrics, Reading } from './metrics.ts';
export { openMetrics } from './open-metrics.ts';
export { callMeter, statesOf } from './stores.ts';
