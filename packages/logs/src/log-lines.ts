/** Takes lines from pino. */
export interface LogLines {
  readonly [pinoMetadata]: true;
  /** The level of the line that is written: pino sets it. */
  lastLevel: number;
  write(line: string): void;
  /** Writes what is not written yet, as far as the reader takes it within a second. */
  end(): void;
}

const pinoMetadata = Symbol.for('pino.metadata');
const warnLevel = 40;
const mostMillisecondsLate = 100;
const mostBytesTogether = 16_384;
const retryMilliseconds = 20;
const mostRetriesAtEnd = 50;
/** The bytes that are kept for a reader that is slow. Lines beyond them are left out. */
const mostBytesKept = 16 * 2 ** 20;

/**
 * Writes lines together, a tenth of a second late at most: a write for each would hold up the
 * thread that answers requests. Warnings and errors are written at once. What the reader has no
 * room for (EAGAIN) is kept in order and tried again. Nobody waits for a reader that stays away:
 * lines are left out while too much is kept, and `gapLine` stands in their place. `write` returns
 * how many bytes it wrote.
 */
export function logLines(
  write: (bytes: Uint8Array) => number,
  gapLine: (leftOut: number) => string,
  sleep: (milliseconds: number) => void = sleepInLine,
): LogLines {
  let lines: string[] = [];
  let size = 0;
  let kept: Uint8Array[] = [];
  let bytesKept = 0;
  let leftOut = 0;
  let timer: NodeJS.Timeout | undefined;
  let isGone = false;

  const later = (milliseconds: number) => {
    timer ??= setTimeout(flush, milliseconds).unref();
  };
  /** Writes as much as is taken. */
  const writeKept = () => {
    for (let bytes = kept[0]; bytes && !isGone; bytes = kept[0]) {
      const written = writeSome(bytes);
      if (written === undefined) return;
      bytesKept -= written;
      if (written === bytes.length) kept.shift();
      else kept[0] = bytes.subarray(written);
    }
  };
  const writeSome = (bytes: Uint8Array): number | undefined => {
    try {
      return write(bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
      // Nobody reads any more, or the disk is full: there is nowhere to tell that.
      [isGone, kept, bytesKept] = [(error as NodeJS.ErrnoException).code === 'EPIPE', [], 0];
      return undefined;
    }
  };
  /** Keeps the lines, or leaves them out together, so that no line is cut. */
  const keepLines = () => {
    if (bytesKept > mostBytesKept) leftOut += lines.length;
    else {
      const bytes = Buffer.from((leftOut > 0 ? gapLine(leftOut) : '') + lines.join(''));
      if (bytes.length > 0) kept.push(bytes);
      bytesKept += bytes.length;
      leftOut = 0;
    }
    [lines, size] = [[], 0];
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (bytesKept > mostBytesKept) writeKept();
    if (isGone) return;
    keepLines();
    if (leftOut === 0) writeKept();
    if (kept.length > 0) later(retryMilliseconds);
  };
  return {
    [pinoMetadata]: true,
    lastLevel: 0,
    write(line) {
      if (isGone) return;
      lines.push(line);
      size += line.length;
      if (this.lastLevel >= warnLevel || size > mostBytesTogether) flush();
      else later(mostMillisecondsLate);
    },
    end: () => {
      flush();
      for (let retries = 0; kept.length > 0 && retries < mostRetriesAtEnd; retries++) {
        sleep(retryMilliseconds);
        flush();
      }
    },
  };
}

function sleepInLine(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
