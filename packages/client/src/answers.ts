import type { Coverage } from '@cellshed/contracts';
import type { StatusDocument } from './documents.ts';

/** The choices of an operation on a well-known area. */
export interface AnswerChoice {
  readonly coverage?: Coverage | undefined;
  /** Other rasters of the catalog in place of the operation's own. */
  readonly rasters?: Readonly<Record<string, string>> | undefined;
  readonly quantiles?: readonly number[] | undefined;
  /** Whether the answer is for the area and all that drain into it. */
  readonly upstream?: boolean | undefined;
  /** The parameters of the operation. */
  readonly [parameter: string]: unknown;
}

export interface AnswerOptions {
  /** The tag of an answer that is there: the same one is not sent again. */
  readonly etag?: string | undefined;
  /** The time to wait for an answer that is not cached; default: none. */
  readonly waitSeconds?: number | undefined;
}

/** An answer with its tag, that it is the one which is there, or the job that computes it. */
export type Answer<Document> =
  | { readonly document: Document; readonly etag: string | undefined }
  | { readonly unchanged: true }
  | { readonly job: StatusDocument };

/** The path of the answer to an operation on a well-known area, with its query. */
export function answerPath(operation: string, area: string, choice: AnswerChoice): string {
  const slash = area.indexOf('/');
  const steps = [area.slice(0, slash), area.slice(slash + 1), operation].map(encodeURIComponent);
  const { rasters, quantiles, ...others } = choice;
  const query = new URLSearchParams();
  if (rasters)
    query.set(
      'rasters',
      Object.entries(rasters)
        .map((pair) => pair.join(':'))
        .join(','),
    );
  if (quantiles) query.set('quantiles', quantiles.join(','));
  for (const [name, value] of Object.entries(others)) if (value !== undefined) query.set(name, String(value));
  return `/api/areas/${steps.join('/')}${query.size > 0 ? `?${query}` : ''}`;
}

/** The headers that ask for it. */
export function answerHeaders({ etag, waitSeconds }: AnswerOptions): Record<string, string> {
  return {
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(waitSeconds !== undefined && { prefer: `wait=${waitSeconds}` }),
  };
}

/** Reads a response to it. */
export async function answerIn<Document>(response: Response): Promise<Answer<Document>> {
  if (response.status === 304) return { unchanged: true };
  if (response.status === 202) return { job: (await response.json()) as StatusDocument };
  return { document: (await response.json()) as Document, etag: response.headers.get('etag') ?? undefined };
}
