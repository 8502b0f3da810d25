import type {
  GroupedAverageResult,
  GroupedCountResult,
  LinesJoinResult,
  ResultDocument,
  SummaryResult,
} from '@catchment/operations';
import { averagesAnswer, countsAnswer, type Extremes, type Figures, summaryAnswer } from './answers.ts';

/** The types of operations whose results are answered. */
export type AnsweredType = 'groupedCount' | 'groupedAverage' | 'linesJoin' | 'summary';

/** How results are answered: plain data, as another thread may do it. */
export type AnswerForm =
  /** Of one area, or of each of several. */
  | { readonly of: 'one'; readonly type: AnsweredType }
  | { readonly of: 'each'; readonly type: AnsweredType }
  /**
   * By the ids of areas, then by the labels of operations: all labels of the first area come first.
   */
  | {
      readonly of: 'named';
      readonly ids: readonly string[];
      readonly labels: readonly (readonly [string, AnsweredType])[];
    };

/** The answer that results make, in the order of the request's members. */
export function answerOf(form: AnswerForm, results: readonly ResultDocument[]): unknown {
  if (form.of === 'one') return { result: answers[form.type](results[0] as ResultDocument) };
  if (form.of === 'each') return { result: results.map(answers[form.type]) };
  const { ids, labels } = form;
  const answersFrom = (first: number) =>
    Object.fromEntries(labels.map(([label, type], i) => [label, answers[type](results[first + i] as ResultDocument)]));
  return Object.fromEntries(ids.map((id, i) => [id, answersFrom(i * labels.length)]));
}

/** The results in what lies on the shelf: one, or those of several. */
export function resultsIn(shelved: Uint8Array): readonly ResultDocument[] {
  const result = JSON.parse(Buffer.from(shelved).toString()) as ResultDocument | { readonly results: ResultDocument[] };
  return 'results' in result ? result.results : [result];
}

const answers: Record<AnsweredType, (result: ResultDocument) => Figures | Extremes[]> = {
  groupedCount: (result) => countsAnswer(result as GroupedCountResult),
  groupedAverage: (result) => averagesAnswer(result as GroupedAverageResult),
  linesJoin: (result) => countsAnswer(result as LinesJoinResult),
  summary: (result) => summaryAnswer(result as SummaryResult),
};
