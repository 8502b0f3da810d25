import { destination, pino } from 'pino';

/** A log of JSON lines on stdout. */
export function openLog(level: string) {
  return pino({ level }, together(destination({ dest: 1, sync: true })));
}

interface Lines {
  write(lines: string): unknown;
}

const warnLevel = 40;
const mostMillisecondsLate = 100;
const mostCharacters = 16_384;

/**
 * Writes lines together, a tenth of a second late at most and before the process ends: a write for
 * each would hold up the thread that answers requests. Warnings and errors are written at once.
 */
function together(to: Lines): Lines & { lastLevel: number } {
  let lines = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (lines !== '') to.write(lines);
    lines = '';
  };
  process.on('exit', flush);
  return {
    // pino says at which level a line is.
    ...{ [Symbol.for('pino.metadata')]: true, lastLevel: 0 },
    write(line) {
      lines += line;
      if (this.lastLevel >= warnLevel || lines.length > mostCharacters) flush();
      else timer ??= setTimeout(flush, mostMillisecondsLate).unref();
    },
  };
}
