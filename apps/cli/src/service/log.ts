import { writeSync } from 'node:fs';
import { pino } from 'pino';
import { logLines } from './log-lines.ts';

/** A log of JSON lines, on stdout unless `write` says otherwise. */
export function openLog(level: string, write = writerToStdout()) {
  const lines = logLines(write, gapLine);
  process.on('exit', lines.end);
  return pino({ level }, lines);
}

function writerToStdout() {
  // Node has a pipe refuse what it has no room for once the stream was named.
  const { fd } = process.stdout;
  return (bytes: Uint8Array) => writeSync(fd, bytes);
}

/** A line of the log that stands for lines that are left out. */
function gapLine(leftOut: number): string {
  let text = '';
  const log = pino({ level: 'warn' }, { write: (line) => (text = line) });
  log.warn({ leftOut }, `lines of the log are left out here, as nobody read it: ${leftOut}`);
  return text;
}
