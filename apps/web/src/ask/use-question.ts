import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { StatusDocument } from '../api.ts';
import type { Asked } from '../asked.ts';
import { choicesFor } from '../operations.ts';
import { words } from '../words.ts';
import { type Answered, answerTo, explained, type Question } from './answering.ts';
import type { Catalog } from './use-catalog.ts';

/** An answer that is there, is waited for, or could not be had. */
export interface Answering {
  readonly answered: Answered | undefined;
  readonly status: StatusDocument | undefined;
  readonly isWaiting: boolean;
  readonly problem: string | undefined;
}

const idle: Answering = { answered: undefined, status: undefined, isWaiting: false, problem: undefined };

/** The answers to several questions, asked again when they change. Undefined: nothing is asked. */
function useAnswers(questions: readonly Question[], round: number): [readonly Answering[], () => void] {
  const key = JSON.stringify(questions);
  const [answers, setAnswers] = useState<{ readonly key: string; readonly of: readonly Answering[] }>({
    key: '',
    of: [],
  });
  const [controller, setController] = useState<AbortController>();
  useEffect(() => {
    const aborting = new AbortController();
    const { signal } = aborting;
    setController(aborting);
    const put = (index: number, part: Partial<Answering>) => {
      if (signal.aborted && part.problem === undefined) return;
      setAnswers((before) => {
        const of = before.key === key ? before.of : questions.map(() => ({ ...idle, isWaiting: true }));
        return { key, of: of.map((one, i) => (i === index ? { ...one, ...part } : one)) };
      });
    };
    for (const [index, question] of questions.entries()) {
      put(index, { isWaiting: true, problem: undefined });
      answerTo(question, { signal, onStatus: (status) => put(index, { status }) }).then(
        (answered) => put(index, { answered, isWaiting: false }),
        (error: unknown) => {
          if (signal.reason === words.waiting.cancelled) put(index, { isWaiting: false, problem: signal.reason });
          else if (!signal.aborted) put(index, { isWaiting: false, problem: explained(error) });
        },
      );
    }
    return () => aborting.abort('another question');
  }, [key, round]);
  const cancel = useCallback(() => controller?.abort(words.waiting.cancelled), [controller]);
  const of = answers.key === key ? answers.of : questions.map(() => ({ ...idle, isWaiting: true }));
  return [of, cancel];
}

/** The question that the page asks, with its answer, that of the area beside and those of years. */
export function useQuestion(asked: Asked, { operation, parameters }: Catalog) {
  const { area, drawn, beside, coverage, upstream, every } = asked;
  const [round, setRound] = useState(0);
  const choices = useMemo(() => choicesFor(parameters, asked), [parameters, asked.choices]);
  const question: Question | undefined =
    operation && (area !== undefined || drawn)
      ? { area, drawn, coverage, upstream, operation: operation.id, choices }
      : undefined;
  const other = question && beside ? { ...question, area: beside, drawn: undefined } : undefined;
  const parameter = parameters.find(({ name }) => name === every);
  const yearly =
    question && parameter
      ? parameter.values.map((value) => ({ ...question, choices: { ...choices, [parameter.name]: value } }))
      : [];
  const [answers, cancel] = useAnswers([...(question ? [question] : []), ...(other ? [other] : [])], round);
  const [overYears] = useAnswers(yearly, round);
  return {
    question,
    first: question ? answers[0] : undefined,
    beside: other ? answers[1] : undefined,
    years: parameter && yearly.length > 0 ? { parameter, answers: overYears } : undefined,
    cancel,
    retry: useCallback(() => setRound((before) => before + 1), []),
  };
}
