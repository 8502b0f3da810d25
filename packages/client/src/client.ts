import type { ResultDocument } from '@catchment/operations';
import type { ProcessDescription, RasterDocument, StatusDocument } from './documents.ts';

/**
 * The gateway refused or could not answer; the message is its sentence, or says that no gateway
 * answered.
 */
export class GatewayError extends Error {
  /** Of HTTP; undefined when no gateway answered. */
  readonly status: number | undefined;
  constructor(status: number | undefined, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

export interface Client {
  /** What goes into an operation, and what comes out. */
  describe(operation: string): Promise<ProcessDescription>;
  /** All rasters, with their titles and legends. */
  rasters(): Promise<readonly RasterDocument[]>;
  /**
   * Asks for an operation on an area, `table/id` or GeoJSON, with what else goes into the process.
   */
  execute(operation: string, area: unknown, others?: OtherInputs): Promise<StatusDocument>;
  status(job: string): Promise<StatusDocument>;
  /** The result document, as the operation's type has it. */
  results<Document = ResultDocument>(job: string): Promise<Document>;
  dismiss(job: string): Promise<StatusDocument>;
  /**
   * Polls until the job has ended; `onStatus` sees every status. Rejects with the signal's reason
   * when it is aborted.
   */
  untilEnded(job: string, options?: PollOptions): Promise<StatusDocument>;
}

/** What goes into a process beside the area; its description says which of it. */
export interface OtherInputs {
  /** In place of one area: several, each for itself. */
  readonly areas?: unknown;
  /** The CRS of what is drawn, such as `EPSG:5070`. Default: longitude and latitude. */
  readonly crs?: string | undefined;
  readonly coverage?: 'centre' | 'touched' | 'fraction' | undefined;
  /** Other rasters of the catalog in place of the operation's own. */
  readonly rasters?: Readonly<Record<string, string>> | undefined;
  readonly quantiles?: readonly number[] | undefined;
  /** GeoJSON. */
  readonly lines?: unknown;
  /** Operations of `multi`, and parameters of an operation. */
  readonly [input: string]: unknown;
}

export interface PollOptions {
  readonly everyMilliseconds?: number;
  readonly onStatus?: (status: StatusDocument) => void;
  readonly signal?: AbortSignal;
}

export interface ClientOptions {
  /** The key of the API that is sent along, where the gateway requires one. */
  readonly key?: string | undefined;
}

/**
 * A client of the gateway at `baseUrl`, for browsers and Node. Every method rejects with
 * GatewayError for all but an answer.
 */
export function createClient(baseUrl: string, fetchLike: typeof fetch = fetch, { key }: ClientOptions = {}): Client {
  const ask = async (path: string, init: RequestInit = {}) => {
    const url = new URL(path, baseUrl);
    const headers = { ...init.headers, ...(key !== undefined && { authorization: `Bearer ${key}` }) };
    const response = await fetchLike(url, { ...init, headers }).catch((cause: unknown) => {
      throw new GatewayError(undefined, `no gateway answers at ${url.origin} (${reasonOf(cause)})`, { cause });
    });
    const body = (await response.json().catch(() => ({}))) as { detail?: string };
    if (!response.ok) throw new GatewayError(response.status, body.detail ?? `${response.status} from ${path}`);
    return body as unknown;
  };
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
 * Node's fetch hides what happened behind "fetch failed"; a browser's says no more than its
 * message.
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
