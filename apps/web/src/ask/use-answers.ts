import { useCallback, useEffect, useState } from 'preact/hooks';
import type { StatusDocument } from '../api.ts';
import { words } from '../words.ts';
import type { Answered, Following } from './answering.ts';
import { type Problem, problemOf } from './problem.ts';

/** An answer that is there, is waited for, or could not be had. */
export interface Answering<Found = Answered> {
  readonly answered: Found | undefined;
  readonly status: StatusDocument | undefined;
  readonly isWaiting: boolean;
  readonly problem: Problem | undefined;
}

/** The answers of a round, by their questions. */
interface Answers<Found> {
  readonly round: number;
  readonly of: ReadonlyMap<string, Answering<Found>>;
}

const waiting = { answered: undefined, status: undefined, isWaiting: true, problem: undefined };

/**
 * The answers to several questions, asked again when they change or in another round, and the way
 * to cancel what is waited for.
 */
export function useAnswers<Question, Found>(
  questions: readonly Question[],
  ask: (question: Question, following: Following) => Promise<Found>,
  round: number,
): [readonly Answering<Found>[], () => void] {
  const key = JSON.stringify(questions);
  const [answers, setAnswers] = useState<Answers<Found>>({ round, of: new Map() });
  const [controller, setController] = useState<AbortController>();
  useEffect(() => {
    const aborting = new AbortController();
    const { signal } = aborting;
    setController(aborting);
    const put = (question: Question, part: Partial<Answering<Found>>) => {
      if (signal.aborted && part.problem === undefined) return;
      setAnswers(({ of }) => {
        const name = JSON.stringify(question);
        return { round, of: new Map([...of, [name, { ...(of.get(name) ?? waiting), ...part }]]) };
      });
    };
    // Answers that are there stand still while others come and go.
    const before = answers.round === round ? answers.of : new Map<string, Answering<Found>>();
    const names = new Set(questions.map((question) => JSON.stringify(question)));
    const known = new Map([...before].filter(([name, { answered }]) => answered && names.has(name)));
    setAnswers({ round, of: known });
    for (const question of questions.filter((one) => !known.has(JSON.stringify(one)))) {
      ask(question, { signal, onStatus: (status) => put(question, { status }) }).then(
        (answered) => put(question, { answered, isWaiting: false }),
        (error: unknown) => {
          const isCancelled = signal.reason === words.waiting.cancelled;
          if (isCancelled) put(question, { isWaiting: false, problem: { text: words.waiting.cancelled } });
          else if (!signal.aborted) put(question, { isWaiting: false, problem: problemOf(error) });
        },
      );
    }
    return () => aborting.abort('another question');
  }, [key, round]);
  const cancel = useCallback(() => controller?.abort(words.waiting.cancelled), [controller]);
  return [questions.map((question) => answers.of.get(JSON.stringify(question)) ?? waiting), cancel];
}
