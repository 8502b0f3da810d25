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
/** The bytes that are kept for a reader that is slow. Whoever writes more waits for it. */
const mostBytesKept = 16 * 2 ** 20;

/**
 * Writes lines together, a tenth of a second late at most: a write for each would hold up the
 * thread that answers requests. Warnings and errors are written at once. What the reader has no
 * room for (EAGAIN) is kept in order and tried again. `write` returns how many bytes it wrote.
 */
export function logLines(
  write: (bytes: Uint8Array) => number,
  sleep: (milliseconds: number) => void = sleepInLine,
): LogLines {
  let lines: string[] = [];
  let size = 0;
  let kept: Uint8Array[] = [];
  let bytesKept = 0;
  let timer: NodeJS.Timeout | undefined;
  let isGone = false;

  const later = (milliseconds: number) => {
    timer ??= setTimeout(flush, milliseconds).unref();
  };
  /** Writes as much as is taken. Whether that is all. */
  const writeKept = (): boolean => {
    for (let bytes = kept[0]; bytes && !isGone; bytes = kept[0]) {
      const written = writeSome(bytes);
      if (written === undefined) return false;
      bytesKept -= written;
      if (written === bytes.length) kept.shift();
      else kept[0] = bytes.subarray(written);
    }
    return true;
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
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (lines.length > 0) {
      const bytes = Buffer.from(lines.join(''));
      [lines, size] = [[], 0];
      kept.push(bytes);
      bytesKept += bytes.length;
    }
    while (!writeKept() && bytesKept > mostBytesKept) sleep(retryMilliseconds);
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
