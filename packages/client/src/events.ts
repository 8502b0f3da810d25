import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { StatusDocument } from './documents.ts';
import { hasEnded, isPassing, type Watching } from './watching.ts';

/** Opens the stream of a job's events; `last` is the id of the last one that was heard. */
export type OpenEvents = (last: string | undefined, signal: AbortSignal) => Promise<Response>;

/** How often in a row a stream may end before its first event. */
const mostInVain = 5;

/**
 * The times after which a stream that brings nothing is given up. The first event comes at once,
 * unless a proxy keeps it back; later ones are three heartbeats of the gateway.
 */
const mostSilent = { first: 5000, later: 45_000 };

export interface Listening extends Watching {
  /** In milliseconds. */
  readonly silent?: typeof mostSilent;
}

/**
 * Listens until a job has ended. When a stream ends before, as it does when a gateway stops,
 * another one is opened. Resolves to undefined where events do not come. Rejects if there is no
 * such job, and with the signal's reason.
 */
export async function lastEvent(open: OpenEvents, listening: Listening): Promise<StatusDocument | undefined> {
  const { onStatus, signal, pause, silent = mostSilent } = listening;
  let last: string | undefined;
  let retryMilliseconds = 1000;
  const onRetry = (milliseconds: number) => {
    retryMilliseconds = milliseconds;
  };
  for (let inVain = 0; inVain < mostInVain; inVain += 1) {
    const silence = new AbortController();
    const body = await openBody(open, last, { signal, silence, most: silent.first });
    if (!body && last === undefined) return undefined;
    for await (const event of body ? readEvents(body, { onRetry, silence, silent }) : []) {
      [last, inVain] = [event.id ?? last, -1];
      const status = JSON.parse(event.data) as StatusDocument;
      onStatus?.(status);
      if (hasEnded(status)) return status;
    }
    signal?.throwIfAborted();
    if (inVain >= 0 && silence.signal.aborted) return undefined;
    await pause(retryMilliseconds, signal);
  }
  return undefined;
}

interface Opening {
  readonly signal: AbortSignal | undefined;
  readonly silence: AbortController;
  readonly most: number;
}

/** The bytes of a stream of events; undefined: none comes now, for a reason that may pass. */
async function openBody(open: OpenEvents, last: string | undefined, { signal, silence, most }: Opening) {
  const timer = setTimeout(() => silence.abort(), most);
  try {
    const response = await open(last, AbortSignal.any(signal ? [signal, silence.signal] : [silence.signal]));
    if (/^text\/event-stream/.test(response.headers.get('content-type') ?? '')) return response.body;
    await response.body?.cancel();
    return undefined;
  } catch (error) {
    if (silence.signal.aborted || isPassing(error)) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

interface Reading extends Required<Pick<Listening, 'silent'>> {
  readonly onRetry: (milliseconds: number) => void;
  readonly silence: AbortController;
}

/**
 * The events of a stream until it ends, is cut off or falls silent. Not all browsers can iterate
 * over a stream.
 */
async function* readEvents(body: ReadableStream<Uint8Array>, { onRetry, silence, silent }: Reading) {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event), onRetry });
  const [reader, decoder] = [body.getReader(), new TextDecoder()];
  let most = silent.first;
  try {
    for (;;) {
      const timer = setTimeout(() => silence.abort(), most);
      const { value } = await reader.read().catch(() => ({ value: undefined }));
      clearTimeout(timer);
      if (!value) return;
      parser.feed(decoder.decode(value, { stream: true }));
      if (events.length > 0) most = silent.later;
      yield* events.splice(0);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
