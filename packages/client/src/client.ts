import type { Coverage, ResultDocument } from '@cellshed/contracts';
import { type Answer, type AnswerChoice, type AnswerOptions, answerHeaders, answerIn, answerPath } from './answers.ts';
import type { ProcessDescription, RasterDocument, StatusDocument } from './documents.ts';
import { type ListenOptions, untilLastEvent } from './events.ts';

/**
 * The gateway refused, failed or did not answer. The message is its sentence, or says that no
 * gateway answered.
 */
export class GatewayError extends Error {
  /** The HTTP status; undefined if no gateway answered. */
  readonly status: number | undefined;
  constructor(status: number | undefined, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

export interface Client {
  /** The inputs and outputs of an operation. */
  describe(operation: string): Promise<ProcessDescription>;
  /** All rasters, with their titles and legends. */
  rasters(): Promise<readonly RasterDocument[]>;
  /**
   * Requests an operation on an area, `table/id` or GeoJSON, with the other inputs of the process.
   * Without an area, `areas` are among those.
   */
  execute(operation: string, area: unknown, others?: OtherInputs): Promise<StatusDocument>;
  status(job: string): Promise<StatusDocument>;
  /** The result document of the operation's type. */
  results<Document = ResultDocument>(job: string): Promise<Document>;
  dismiss(job: string): Promise<StatusDocument>;
  /**
   * The answer to an operation on a well-known area, `table/id`, as a resource that can be cached:
   * at once if the gateway has it, else the job that computes it.
   */
  answer<Document = ResultDocument>(
    operation: string,
    area: string,
    choice?: AnswerChoice,
    options?: AnswerOptions,
  ): Promise<Answer<Document>>;
  /**
   * Listens to the events of a job until it has ended. `onStatus` receives every status that is
   * another. Rejects with the signal's reason when it is aborted.
   */
  listen(job: string, options?: ListenOptions): Promise<StatusDocument>;
  /**
   * Polls until the job has ended. `onStatus` receives every status. Rejects with the signal's
   * reason when it is aborted.
   */
  untilEnded(job: string, options?: PollOptions): Promise<StatusDocument>;
}

/** The inputs of a process beside the area. Its description lists them. */
export interface OtherInputs {
  /** Several areas in place of one, each with its own result. */
  readonly areas?: unknown;
  /** Whether the answer is for the area and all that drain into it. */
  readonly upstream?: boolean | undefined;
  /** With a table in `areas`: those in this larger area, `table/id`. */
  readonly within?: string | undefined;
  /** With a table in `areas`: those with each value of this property as one. */
  readonly by?: string | undefined;
  /** Whether those within are answered for as one. */
  readonly sum?: boolean | undefined;
  /** The CRS of drawn areas and lines, such as `EPSG:5070`. Default: longitude and latitude. */
  readonly crs?: string | undefined;
  readonly coverage?: Coverage | undefined;
  /** Other rasters of the catalog in place of the operation's own. */
  readonly rasters?: Readonly<Record<string, string>> | undefined;
  readonly quantiles?: readonly number[] | undefined;
  /** GeoJSON. */
  readonly lines?: unknown;
  /** The operations of `multi`, and the parameters of an operation. */
  readonly [input: string]: unknown;
}

export interface PollOptions {
  readonly everyMilliseconds?: number;
  readonly onStatus?: (status: StatusDocument) => void;
  readonly signal?: AbortSignal;
}

export interface ClientOptions {
  /** The API key for a gateway that requires one. */
  readonly key?: string | undefined;
}

/**
 * A client of the gateway at `baseUrl`, for browsers and Node. Every method rejects with a
 * GatewayError if the answer is an error or absent.
 */
export function createClient(baseUrl: string, fetchLike: typeof fetch = fetch, { key }: ClientOptions = {}): Client {
  const fetched = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(path, baseUrl);
    const headers = { ...init.headers, ...(key !== undefined && { authorization: `Bearer ${key}` }) };
    const response = await fetchLike(url, { ...init, headers }).catch((cause: unknown) => {
      if (init.signal?.aborted) throw init.signal.reason;
      throw new GatewayError(undefined, `no gateway answers at ${url.origin} (${reasonOf(cause)})`, { cause });
    });
    if (response.ok || response.status === 304) return response;
    const body = (await response.json().catch(() => ({}))) as { detail?: string };
    throw new GatewayError(response.status, body.detail ?? `${response.status} from ${path}`);
  };
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> =>
    (await fetched(path, init)).json().catch(() => ({}));
  const job = (id: string) => `/api/jobs/${encodeURIComponent(id)}`;
  const status = async (id: string) => (await ask(job(id))) as StatusDocument;
  return {
    describe: async (operation) => (await ask(`/api/processes/${encodeURIComponent(operation)}`)) as ProcessDescription,
    rasters: async () => ((await ask('/api/collections')) as { rasters?: RasterDocument[] }).rasters ?? [],
    execute: async (operation, area, others = {}) =>
      (await ask(`/api/processes/${encodeURIComponent(operation)}/execution`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ inputs: { area, ...others } }),
      })) as StatusDocument,
    status,
    results: async <Document>(id: string) => (await ask(`${job(id)}/results`)) as Document,
    dismiss: async (id) => (await ask(job(id), { method: 'DELETE' })) as StatusDocument,
    answer: async <Document>(operation: string, area: string, choice: AnswerChoice = {}, options: AnswerOptions = {}) =>
      answerIn<Document>(await fetched(answerPath(operation, area, choice), { headers: answerHeaders(options) })),
    listen: (id, options = {}) => {
      const { signal } = options;
      const open = (last: string | undefined) =>
        fetched(`${job(id)}/events`, {
          headers: { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': last }) },
          ...(signal && { signal }),
        });
      return untilLastEvent(open, (milliseconds) => pause(milliseconds, signal), options);
    },
    untilEnded: async (id, { everyMilliseconds = 200, onStatus, signal } = {}) => {
      for (;;) {
        const current = await status(id);
        onStatus?.(current);
        if (current.status !== 'accepted' && current.status !== 'running') return current;
        await pause(everyMilliseconds, signal);
      }
    },
  };
}

/**
 * The reason why a request failed. Node's fetch hides it behind "fetch failed"; a browser's has
 * only the message.
 */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & {
    readonly cause?: { readonly code?: string; readonly message?: string };
  };
  return cause?.code ?? cause?.message ?? message;
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}
