import { GatewayError } from '@cellshed/client';
import type { LabelledDocument } from '../answer/figures.ts';
import { base, client, type StatusDocument } from '../api.ts';
import type { Asked } from '../asked.ts';
import { words } from '../words.ts';

/** A question about one area. */
export type Question = Pick<Asked, 'area' | 'drawn' | 'coverage' | 'upstream'> & {
  readonly operation: string;
  readonly choices: Readonly<Record<string, string>>;
};

export interface Answered {
  readonly document: LabelledDocument;
  readonly isFromCache: boolean;
  readonly milliseconds: number;
  /** The address of the answer, for other formats. */
  readonly url: string;
}

const format = 'labelled';

interface Following {
  readonly signal: AbortSignal;
  readonly onStatus: (status: StatusDocument) => void;
}

/**
 * Asks, and follows the job that computes the answer if there is none. `onStatus` receives each
 * status of that job. Aborting dismisses it.
 */
export async function answerTo(question: Question, { signal, onStatus }: Following): Promise<Answered> {
  const begun = performance.now();
  const { operation, area, drawn, coverage, choices } = question;
  const answered = (document: LabelledDocument, isFromCache: boolean, url: string): Answered => {
    return { document, isFromCache, url, milliseconds: performance.now() - begun };
  };
  const chosen = choicesOf(question);
  const found =
    area === undefined ? undefined : await client.answer(operation, area, { ...chosen, f: format }, { signal });
  if (found && 'result' in found) {
    const url = client.answerUrl(operation, area as string, chosen);
    return answered(found.result as unknown as LabelledDocument, true, url);
  }
  const job =
    found && 'job' in found
      ? found.job
      : await client.execute(operation, { area: drawn?.geometry, coverage, ...choices }, { signal });
  const dismiss = () => void client.dismiss(job).catch(() => undefined);
  signal.addEventListener('abort', dismiss, { once: true });
  try {
    onStatus(job);
    const ended = await client.wait(job, { signal, onStatus });
    if (ended.status !== 'successful') throw new Error(ended.message ?? `the job ended as ${ended.status}`);
    const response = await client.table(job, format, { signal });
    const url = new URL(`api/jobs/${job.jobID}/results`, base).href;
    const isHit = ended.cache === 'hit' || ended.cache === 'stale';
    return answered((await response.json()) as LabelledDocument, isHit, url);
  } finally {
    signal.removeEventListener('abort', dismiss);
  }
}

/** The choices of a question about a well-known area, without those that are so by default. */
export function choicesOf({ coverage, upstream, choices }: Question) {
  return { ...(coverage !== 'centre' && { coverage }), ...(upstream && { upstream }), ...choices };
}

/** A sentence for a person about what went wrong, with what to do. */
export function explained(error: unknown): string {
  if (!(error instanceof GatewayError)) return (error as Error).message;
  if (error.status === undefined) return words.offline;
  if (error.status === 429 || error.status === 503) return `${words.busy} (${error.message})`;
  return `${error.message.slice(0, 1).toUpperCase()}${error.message.slice(1)}.`;
}
