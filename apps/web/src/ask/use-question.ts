import { useCallback, useMemo, useState } from 'preact/hooks';
import type { Asked } from '../asked.ts';
import { choicesFor } from '../operations.ts';
import { answersTo, answerTo, type Question } from './answering.ts';
import { useAnswers } from './use-answers.ts';
import type { Catalog } from './use-catalog.ts';

/**
 * The question that the page asks, with its answer, that of all upstream, that of the area beside,
 * those of years, and those to further operations.
 */
export function useQuestion(asked: Asked, { operations, operation, parameters }: Catalog) {
  const { area, drawn, beside, besideDrawn, coverage, upstream, every } = asked;
  const [round, setRound] = useState(0);
  const choices = useMemo(() => choicesFor(parameters, asked), [parameters, asked.choices]);
  const question: Question | undefined =
    operation && (area !== undefined || drawn)
      ? { area, drawn, coverage, upstream: false, operation: operation.id, choices }
      : undefined;
  const hasTotal = question !== undefined && upstream && area !== undefined;
  // A cell that two areas touch would count twice.
  const isTotalRefused = hasTotal && coverage === 'touched';
  const total = hasTotal && !isTotalRefused ? { ...question, upstream } : undefined;
  const other =
    question && (beside || besideDrawn) ? { ...question, area: beside || undefined, drawn: besideDrawn } : undefined;
  const parameter = parameters.find(({ name }) => name === every);
  const yearly =
    question && parameter
      ? parameter.values.map((value) => ({ ...question, choices: { ...choices, [parameter.name]: value } }))
      : [];
  const further = operations.filter(({ id }) => asked.also.includes(id) && id !== operation?.id);
  const set =
    question && further.length > 0
      ? [{ area, drawn, coverage, choices: asked.choices, operations: further.map(({ id }) => id) }]
      : [];
  const questions = [question, total, other].filter((one) => one !== undefined);
  const [answers, cancel] = useAnswers(questions, answerTo, round);
  const [overYears] = useAnswers(yearly, answerTo, round);
  const [sets, cancelSet] = useAnswers(set, answersTo, round);
  const answerOf = (one: Question | undefined) => (one ? answers[questions.indexOf(one)] : undefined);
  return {
    question,
    total,
    other,
    isTotalRefused,
    first: answerOf(question),
    upstream: answerOf(total),
    beside: answerOf(other),
    years: parameter && yearly.length > 0 ? { parameter, answers: overYears } : undefined,
    further: sets[0] && { operations: further, answering: sets[0], cancel: cancelSet },
    cancel,
    retry: useCallback(() => setRound((before) => before + 1), []),
  };
}

/** The questions of the page, and the answers that have come. */
export type Questioning = ReturnType<typeof useQuestion>;
