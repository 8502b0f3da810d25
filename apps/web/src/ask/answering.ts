import type { LabelledDocument } from '../answer/document.ts';
import { base, client, type StatusDocument } from '../api.ts';
import type { Asked } from '../asked.ts';
import { choicesFor, type Parameter, parametersOf } from '../operations.ts';

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
  /** The job that has it, while it is kept; undefined: the address stays. */
  readonly job?: StatusDocument | undefined;
  /** The parameters of the operation and their values, where the answer is one of several. */
  readonly chosen?: { readonly parameters: readonly Parameter[]; readonly values: Question['choices'] };
}

const format = 'labelled';

export interface Following {
  readonly signal: AbortSignal;
  readonly onStatus: (status: StatusDocument) => void;
}

/**
 * Asks, and follows the job that computes the answer if there is none. `onStatus` receives each
 * status of that job. Aborting dismisses it.
 */
export async function answerTo(question: Question, following: Following): Promise<Answered> {
  const begun = performance.now();
  const { operation, area, drawn, coverage, choices } = question;
  const { signal } = following;
  const chosen = choicesOf(question);
  const found =
    area === undefined ? undefined : await client.answer(operation, area, { ...chosen, f: format }, { signal });
  if (found && 'result' in found) {
    const document = found.result as unknown as LabelledDocument;
    return { document, isFromCache: true, milliseconds: performance.now() - begun, ...placeOf(question) };
  }
  const job =
    found && 'job' in found
      ? found.job
      : await client.execute(operation, { area: drawn?.geometry, coverage, ...choices }, { signal });
  const { document, isFromCache } = await resultOf<LabelledDocument>(job, following);
  return { document, isFromCache, milliseconds: performance.now() - begun, ...placeOf(question, job) };
}

/** Several operations on one area. */
export interface SetQuestion extends Pick<Question, 'area' | 'drawn' | 'coverage' | 'choices'> {
  readonly operations: readonly string[];
}

/** The answers to several operations on one area, in their order: one request for all of them. */
export async function answersTo(question: SetQuestion, following: Following): Promise<readonly Answered[]> {
  const begun = performance.now();
  const { area, drawn, coverage } = question;
  const { signal } = following;
  const operations = await Promise.all(
    question.operations.map(async (operation) => {
      const parameters = parametersOf(await client.describe(operation, { signal }));
      return { operation, parameters, values: choicesFor(parameters, question) };
    }),
  );
  const named = operations.map(({ operation, values }) => ({ operation, ...values }));
  const inputs = { areas: [area ?? drawn?.geometry], coverage, operations: named };
  const job = await client.execute('multi', inputs, { signal });
  const { document, isFromCache } = await resultOf<{ results: readonly LabelledDocument[] }>(job, following);
  const milliseconds = performance.now() - begun;
  return document.results.map((one, index) => {
    const { operation, ...chosen } = operations[index] as (typeof operations)[number];
    const place = placeOf({ ...question, operation, choices: chosen.values }, job);
    return { document: one, isFromCache, milliseconds, ...place, chosen };
  });
}

/** The address of an answer: one that stays for a well-known area, else its job's. */
function placeOf(question: Pick<Question, 'area' | 'operation' | 'coverage' | 'choices'>, job?: StatusDocument) {
  const { area, operation } = question;
  if (area !== undefined) return { url: client.answerUrl(operation, area, choicesOf(question)) };
  return { url: new URL(`api/jobs/${job?.jobID}/results`, base).href, job };
}

/** Waits for the result of a job. Aborting dismisses the job. */
async function resultOf<Document>(job: StatusDocument, { signal, onStatus }: Following) {
  const dismiss = () => void client.dismiss(job).catch(() => undefined);
  signal.addEventListener('abort', dismiss, { once: true });
  try {
    onStatus(job);
    const ended = await client.wait(job, { signal, onStatus });
    if (ended.status !== 'successful') throw new Error(ended.message ?? `the job ended as ${ended.status}`);
    const response = await client.table(job, format, { signal });
    return {
      document: (await response.json()) as Document,
      isFromCache: ended.cache === 'hit' || ended.cache === 'stale',
    };
  } finally {
    signal.removeEventListener('abort', dismiss);
  }
}

/** The choices of a question about a well-known area, without those that are so by default. */
export function choicesOf({ coverage, upstream, choices }: Pick<Question, 'coverage' | 'choices'> & Partial<Question>) {
  return { ...(coverage !== 'centre' && { coverage }), ...(upstream && { upstream }), ...choices };
}
