import type { Random } from './random.ts';

/** The outcome of a case. */
export type Outcome = 'accepted' | 'refused';

/** A reader of what comes from outside. */
export interface Target {
  readonly name: string;
  /** Cases that `npm test` has. */
  readonly cases: number;
  /**
   * Makes one case of random numbers, and has it read. Throws where what comes of it is not as it
   * is meant.
   */
  run(random: Random): Promise<Outcome> | Outcome;
}

/** Longer ones are no sentences. */
const longestSentence = 2500;

/** Errors that are meant: sentences for an operator. */
const kinds = ['Error', 'RangeError', 'AggregateError', 'OverBudget', 'UnusableAreaError', 'ChangedTableError'];

/** The words of the engine for a wrong program, or for one without memory. */
const faults =
  /Cannot (?:read|set|convert)|is not (?:a function|iterable|defined|a constructor)|Invalid (?:array|typed array|string) length|call stack|allocation failed|out of memory|outside the bounds|undefined|\[object/;

/**
 * Runs a reader. What it throws must be a sentence of one line for people, unless it is an error of
 * one of the kinds that are meant. Undefined: it was refused.
 */
export async function sentenceOr<Result>(
  read: () => Promise<Result> | Result,
  place?: string,
): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    checkSentence(error, place);
    return undefined;
  }
}

function checkSentence(error: unknown, place: string | undefined): void {
  if (!(error instanceof Error)) throw new Error(`threw ${String(error)}, expected an Error`);
  const wrong = (why: string) => new Error(`${why}: ${error.name}: ${error.message.slice(0, 500)}`, { cause: error });
  const all = error instanceof AggregateError ? (error.errors as Error[]) : [error];
  for (const { message, name } of all) {
    if (!kinds.includes(name)) throw wrong('threw an error of another kind');
    checkText(message, wrong);
    if (place !== undefined && !message.includes(place)) throw wrong(`does not name ${place}`);
  }
}

/** Throws unless a text is a sentence for people. */
export function checkText(text: string, wrong: (why: string) => Error = (why) => new Error(`${why}: ${text}`)): void {
  if (text.length > longestSentence) throw wrong(`is ${text.length} characters long`);
  if (/[\r\n]/.test(text)) throw wrong('has several lines');
  if (text === '' || faults.test(text)) throw wrong('is no sentence for people');
}

/** Throws a sentence unless something holds. */
export function holds(isSo: boolean, claim: string): void {
  if (!isSo) throw new Error(`not so: ${claim}`);
}
