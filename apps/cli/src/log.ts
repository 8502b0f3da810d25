import { pino } from 'pino';

/** A log of JSON lines on stdout. */
export function openLog(level: string) {
  return pino({ level });
}
