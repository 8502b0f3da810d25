import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { StatusDocument } from './documents.ts';

/** Opens the stream of a job's events; `lastEventId` is the id of the last one that was heard. */
export type OpenEvents = (lastEventId: string | undefined) => Promise<Response>;

export interface ListenOptions {
  readonly onStatus?: (status: StatusDocument) => void;
  readonly signal?: AbortSignal;
}

/** How often in a row a stream may end before its first event. */
const mostInVain = 5;

/**
 * Listens until a job has ended. When a stream ends before, as it does when a gateway stops,
 * another one is opened. Rejects if that fails, and with the signal's reason.
 */
export async function untilLastEvent(
  open: OpenEvents,
  wait: (milliseconds: number) => Promise<void>,
  { onStatus, signal }: ListenOptions,
): Promise<StatusDocument> {
  let last: string | undefined;
  let retryMilliseconds = 1000;
  for (let inVain = 0; inVain < mostInVain; inVain += 1) {
    const response = await open(last);
    const onRetry = (milliseconds: number) => {
      retryMilliseconds = milliseconds;
    };
    const events = (response.body ?? new ReadableStream())
      .pipeThrough(new TextDecoderStream() as never)
      .pipeThrough(new EventSourceParserStream({ onRetry }));
    try {
      for await (const { id, data } of events as unknown as AsyncIterable<{ id?: string; data: string }>) {
        [last, inVain] = [id ?? last, -1];
        const status = JSON.parse(data) as StatusDocument;
        onStatus?.(status);
        if (status.status !== 'accepted' && status.status !== 'running') return status;
      }
    } catch (error) {
      // A connection that was cut off is made again.
      if (!(error instanceof TypeError)) throw error;
    }
    signal?.throwIfAborted();
    await wait(retryMilliseconds);
  }
  throw new Error(`the stream of events has ended ${mostInVain} times before it began`);
}
