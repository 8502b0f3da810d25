import { writeSync } from 'node:fs';
import { pino } from 'pino';
import { logLines } from './log-lines.ts';

/** A log of JSON lines on stdout. */
export function openLog(level: string) {
  // Node has a pipe refuse what it has no room for once the stream was named.
  const { fd } = process.stdout;
  const lines = logLines((bytes) => writeSync(fd, bytes));
  process.on('exit', lines.end);
  return pino({ level }, lines);
}
