import type { CachedAnswers } from '../answers/cached-answers.ts';
import type { Answered } from '../reading/answered-features.ts';
import type { FeatureItem, FeaturePage } from '../reading/area-features.ts';
import type { Reader } from '../reading/reader.ts';
import type { AskedAnswers } from './answer-query.ts';

export interface AnsweredPagesOptions {
  readonly reader: Pick<Reader, 'answered'>;
  readonly answers: Pick<CachedAnswers, 'readMany'>;
}

/**
 * A page of areas with the properties of cached answers. It ends early where these are very long.
 * Throws as `readMany` does.
 */
export async function answeredPage(
  page: FeaturePage,
  { table, asked }: { readonly table: string; readonly asked: AskedAnswers },
  { reader, answers }: AnsweredPagesOptions,
): Promise<Answered & Pick<FeaturePage, 'matched'>> {
  const { matched, features, ids, version } = page;
  const results = await answers.readMany(asked.question, { name: table, version, ids, upstream: asked.upstream });
  return { matched, ...(await reader.answered({ asked: asked.tabled, features, results })) };
}

/** An area with the properties of its cached answer. */
export async function answeredItem(
  { features, version }: FeatureItem,
  { table, id, asked }: { readonly table: string; readonly id: string; readonly asked: AskedAnswers },
  { reader, answers }: AnsweredPagesOptions,
): Promise<Answered> {
  const results = await answers.readMany(asked.question, { name: table, version, ids: [id], upstream: asked.upstream });
  return reader.answered({ asked: asked.tabled, features, results });
}
