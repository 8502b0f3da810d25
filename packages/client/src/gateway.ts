/**
 * The gateway refused, failed or did not answer. The message is its sentence, or says that no
 * gateway answered.
 */
export class GatewayError extends Error {
  /** The HTTP status; undefined if no gateway answered. */
  readonly status: number | undefined;
  /** The sentence of the gateway; undefined if there was none. */
  readonly detail: string | undefined;
  /** The seconds after which the same may be asked again, where the gateway says so. */
  readonly retryAfterSeconds: number | undefined;
  constructor(status: number | undefined, message: string, { detail, retryAfterSeconds, cause }: ErrorDetails = {}) {
    super(message, { cause });
    this.name = 'GatewayError';
    this.status = status;
    this.detail = detail;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface ErrorDetails extends ErrorOptions {
  readonly detail?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** The bytes of a file. */
export type FileBytes = Blob | Uint8Array<ArrayBuffer> | ArrayBuffer;

/** A request to the gateway. */
export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | FileBytes;
  readonly signal?: AbortSignal | undefined;
}

/** Asks for a path, with its slash. Rejects with a GatewayError, or with the signal's reason. */
export type Ask = (path: string, asked?: Asked) => Promise<Response>;

export interface GatewayOptions {
  /** The API key for a gateway that requires one. */
  readonly key?: string | undefined;
  readonly fetch?: typeof fetch;
}

/** The gateway at a URL, which may have a path. */
export function openGateway(baseUrl: string | URL, { key, fetch: fetchLike = fetch }: GatewayOptions) {
  const base = String(baseUrl).replace(/\/*$/, '');
  const ask: Ask = async (path, { signal, headers, ...asked } = {}) => {
    const url = new URL(base + path);
    const init = {
      ...asked,
      headers: { ...headers, ...(key !== undefined && { authorization: `Bearer ${key}` }) },
      ...(signal && { signal }),
    };
    const response = await fetchLike(url, init).catch((cause: unknown) => {
      if (signal?.aborted) throw signal.reason;
      throw new GatewayError(undefined, `no gateway answers at ${url.origin} (${reasonOf(cause)})`, { cause });
    });
    if (response.ok || response.status === 304) return response;
    const { detail } = (await response.json().catch(() => ({}))) as { readonly detail?: string };
    const retryAfterSeconds = retryAfterIn(response);
    throw new GatewayError(response.status, detail ?? `${response.status} from ${path}`, { detail, retryAfterSeconds });
  };
  return { base, ask };
}

/** The seconds in a response's `Retry-After`, which the gateway writes as a number. */
export function retryAfterIn({ headers }: Response): number | undefined {
  const text = headers.get('retry-after') ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
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
