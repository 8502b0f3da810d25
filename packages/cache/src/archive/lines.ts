import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { type Budget, budgetOf, OverBudget, stepsFor, unlimited } from '@cellshed/budget';

/**
 * A line of a text file, counted from 1, or why it cannot be read. Lines without any text are
 * counted and left out.
 */
export type FileLine =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly problem: string };

export interface LineOptions {
  /** The bytes that are read of the file at once; default 16 KiB, which may be 16 MiB unpacked. */
  readonly chunkBytes?: number;
  /** A longer line is a problem; default 128 MiB. */
  readonly mostLineBytes?: number;
  /** Hears how many bytes of the file have been read. */
  readonly onRead?: (bytes: number) => void;
}

/**
 * The lines of a file, unpacked if its name ends in `.gz`, in memory for one line. Gzip data that
 * are cut off, altered or followed by something else are a problem of the line at which nothing
 * more could be read, and the last: before a cut all whole lines come, before an altered place a
 * few may be missing. Throws when the file cannot be read.
 */
export async function* linesOf(path: string, options: LineOptions = {}): AsyncGenerator<FileLine> {
  const { chunkBytes = 16 * 1024, mostLineBytes = 128 * 1024 * 1024, onRead } = options;
  const chunks = readChunks(path, chunkBytes, onRead);
  const splitter = lineSplitter(mostLineBytes, await budgetFor(path));
  try {
    for await (const bytes of path.endsWith('.gz') ? unzipped(chunks) : chunks) {
      if (!(bytes instanceof Uint8Array)) {
        yield { line: splitter.line(), problem: bytes.problem };
        return;
      }
      yield* splitter.push(bytes);
    }
    yield* splitter.end();
  } catch (error) {
    if (!(error instanceof OverBudget)) throw error;
    yield { line: splitter.line(), problem: `${error.message}: nothing more is read` };
  }
}

/** Steps of a line, whose text is read and answered: so many are 10 µs. */
const stepsOfLine = 500;

/** A small file can hold, packed, more lines than anybody waits for. A stream has no size. */
async function budgetFor(path: string): Promise<Budget> {
  const file = await stat(path).catch(() => undefined);
  return file?.isFile()
    ? budgetOf(stepsFor(file.size), { what: 'reading what comes out of a file of its size' })
    : unlimited;
}

async function* readChunks(path: string, highWaterMark: number, onRead: LineOptions['onRead']): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark })) {
      bytes += chunk.length;
      onRead?.(bytes);
      yield chunk;
    }
  } catch (cause) {
    throw new Error(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Unpacks one gzip member after the other. What comes out of a step is given on before the next, so
 * no later error takes it away.
 */
async function* unzipped(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer | { readonly problem: string }> {
  const gunzip = createGunzip();
  const output: Buffer[] = [];
  let given = 0;
  let failure: string | undefined;
  let ended = false;
  let wake: () => void = () => undefined;
  gunzip.on('data', (bytes: Buffer) => output.push(bytes));
  gunzip.on('error', (error) => {
    failure = error.message;
    wake();
  });
  gunzip.on('end', () => {
    ended = true;
    wake();
  });
  const step = async (take: (done: () => void) => void) => {
    await new Promise<void>((resolve) => {
      wake = resolve;
      take(resolve);
    });
  };
  try {
    for await (const chunk of chunks) {
      given += chunk.length;
      await step((done) => gunzip.write(chunk, () => done()));
      yield* output.splice(0);
      if (failure !== undefined || ended) break;
    }
    if (failure === undefined && !ended) await step(() => gunzip.end());
    yield* output.splice(0);
    if (failure !== undefined) {
      yield { problem: `the gzip data are cut off or altered here (${failure}): nothing more can be read` };
    } else if (gunzip.bytesWritten < given) {
      yield { problem: 'something else follows the gzip data: it is not read' };
    }
  } finally {
    gunzip.destroy();
  }
}

function lineSplitter(mostLineBytes: number, budget: Budget) {
  let line = 1;
  let begun: Uint8Array[] = [];
  let begunBytes = 0;

  const begin = (bytes: Uint8Array) => {
    begunBytes += bytes.length;
    // A line that is too long is not kept.
    if (begunBytes <= mostLineBytes) begun.push(bytes);
    else begun = [];
  };
  /** The start of the first line that has any text, or that continues after these bytes. */
  const afterBlank = (bytes: Uint8Array, start: number): number => {
    if (begunBytes > 0) return start;
    let next = start;
    for (let at = start; isSpace(bytes[at]); at++) {
      if (bytes[at] !== newline) continue;
      next = at + 1;
      line += 1;
    }
    return next;
  };
  function* ended(): Generator<FileLine> {
    budget.spend(stepsOfLine);
    const bytes = Buffer.concat(begun);
    const tooLong = begunBytes > mostLineBytes;
    begun = [];
    begunBytes = 0;
    const text = tooLong ? undefined : textOf(bytes);
    if (tooLong) yield { line, problem: `is longer than ${mostLineBytes} bytes` };
    else if (text === undefined) yield { line, problem: 'is not UTF-8' };
    else if (text.trim() !== '') yield { line, text };
    line += 1;
  }
  return {
    line: () => line,
    *push(bytes: Uint8Array): Generator<FileLine> {
      budget.spend(bytes.length);
      let from = afterBlank(bytes, 0);
      for (let to = bytes.indexOf(newline, from); to >= 0; to = bytes.indexOf(newline, from)) {
        begin(bytes.subarray(from, to));
        yield* ended();
        from = afterBlank(bytes, to + 1);
      }
      if (from < bytes.length) begin(bytes.subarray(from));
    },
    *end(): Generator<FileLine> {
      if (begunBytes > 0) yield* ended();
    },
  };
}

const newline = 10;

/** Line ends, tabs and spaces. */
const isSpace = (byte: number | undefined) => byte === newline || byte === 13 || byte === 9 || byte === 32;

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
