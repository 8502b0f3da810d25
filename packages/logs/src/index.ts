export { logFields } from './log-fields.ts';
export { type Log, openLog } from './open-log.ts';
