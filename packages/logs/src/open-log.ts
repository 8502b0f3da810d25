import { writeSync } from 'node:fs';
import { secretHider } from '@cellshed/telling';
import { trace } from '@opentelemetry/api';
import { type Logger, pino, stdSerializers } from 'pino';
import { logFields } from './log-fields.ts';
import { logLines } from './log-lines.ts';

export type Log = Logger;

export interface LogOptions {
  readonly level: string;
  /** The part of the service that writes it; absent: each part says so by a child. */
  readonly app?: 'gateway' | 'worker';
  /** Texts that no line may have. */
  readonly secrets: readonly string[];
  /** Writes bytes and returns how many were taken; default: to stdout. */
  readonly write?: (bytes: Uint8Array) => number;
}

/** Opens a log of JSON lines. A line has the fields of `logFields` alone, and no secret. */
export function openLog({ level, app, secrets, write = writerToStdout() }: LogOptions): Log {
  const form = formOf(secrets);
  const gapLine = (leftOut: number) => {
    let text = '';
    const log = pino(form, { write: (line) => (text = line) }).child({ app: app ?? 'gateway' });
    log.warn({ leftOut }, `lines of the log are left out here, as nobody read it: ${leftOut}`);
    return text;
  };
  const lines = logLines(write, gapLine);
  process.on('exit', lines.end);
  const log = pino({ ...form, level }, lines);
  return app === undefined ? log : log.child({ app });
}

function formOf(secrets: readonly string[]) {
  return {
    formatters: { log: documented },
    serializers: { err: errorOf },
    hooks: { streamWrite: secretHider(secrets) },
  };
}

/**
 * The fields of a line that are documented, and the trace within which it is written. Libraries add
 * others, such as whole requests.
 */
function documented(fields: Record<string, unknown>): Record<string, unknown> {
  const span = trace.getActiveSpan();
  if (!span && Object.keys(fields).every(isDocumented)) return fields;
  const kept = Object.fromEntries(Object.entries(fields).filter(([name]) => isDocumented(name)));
  return span ? { traceId: span.spanContext().traceId, ...kept } : kept;
}

function isDocumented(name: string): boolean {
  return Object.hasOwn(logFields, name);
}

/** The members of an error that are documented. Libraries add others, such as whole answers. */
function errorOf(error: Error): object {
  const { type, message, stack, code } = stdSerializers.err(error) as ReturnType<typeof stdSerializers.err> & {
    readonly code?: unknown;
  };
  return { type, message, stack, ...(typeof code === 'string' && { code }) };
}

function writerToStdout() {
  // Node has a pipe refuse what it has no room for once the stream was named.
  const { fd } = process.stdout;
  return (bytes: Uint8Array) => writeSync(fd, bytes);
}
