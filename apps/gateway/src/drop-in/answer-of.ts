import type {
  GroupedAverageResult,
  GroupedCountResult,
  LinesJoinResult,
  ResultDocument,
  SummaryResult,
} from '@cellshed/contracts';
import { averagesAnswer, countsAnswer, type Extremes, type Figures, summaryAnswer } from './answers.ts';

/** The types of operations whose results can be answered. */
export type AnsweredType = 'groupedCount' | 'groupedAverage' | 'linesJoin' | 'summary';

/** The form of an answer: plain data, so that another thread can make it. */
export type AnswerForm =
  /** The result of one area, or one for each of several. */
  | { readonly of: 'one'; readonly type: AnsweredType }
  | { readonly of: 'each'; readonly type: AnsweredType }
  /**
   * Results by the ids of areas, then by the labels of operations: all labels of the first area
   * come first.
   */
  | {
      readonly of: 'named';
      readonly ids: readonly string[];
      readonly labels: readonly (readonly [string, AnsweredType])[];
    };

/** Makes the answer from results, in the order of the request's members. */
export function answerOf(form: AnswerForm, results: readonly ResultDocument[]): unknown {
  if (form.of === 'one') return { result: answers[form.type](results[0] as ResultDocument) };
  if (form.of === 'each') return { result: results.map(answers[form.type]) };
  const { ids, labels } = form;
  const answersFrom = (first: number) =>
    Object.fromEntries(labels.map(([label, type], i) => [label, answers[type](results[first + i] as ResultDocument)]));
  return Object.fromEntries(ids.map((id, i) => [id, answersFrom(i * labels.length)]));
}

/** Reads the results that the shelf stores for a request: one, or several. */
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
