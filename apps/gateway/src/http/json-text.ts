import { type Budget, jsonShape } from '@cellshed/budget';
import { parse } from 'secure-json-parse';
import { ProblemError } from '../problems/problem-error.ts';

/** The levels of nested JSON: a collection of GeoJSON in an execution has some twenty. */
const mostLevels = 64;

/**
 * The lists in one JSON text: each takes some 60 bytes of memory, and the border of a large river
 * basin has a million.
 */
const mostLists = 3_000_000;

/**
 * Parses JSON that a client sent. Its brackets are counted before any of it is parsed: text with
 * very deep or very many lists takes many times its own memory. Throws a ProblemError (400) that
 * begins with the name of the text, or OverBudget.
 */
export function parseJson(bytes: Uint8Array, { what, budget }: { what: string; budget: Budget }): unknown {
  budget.spend(bytes.length);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  const { levels, lists } = jsonShape(text, { levels: mostLevels, lists: mostLists });
  if (levels > mostLevels) throw tooMuch(what, `is nested more than ${mostLevels} levels deep`);
  if (lists > mostLists) throw tooMuch(what, `has more than ${mostLists.toLocaleString('en')} lists and objects`);
  try {
    // A text with a member __proto__ is refused.
    return parse(text, undefined, refusing);
  } catch (error) {
    const { message } = error as Error;
    // V8 has this message for text that goes on after a value.
    const isSeveral = message.includes('non-whitespace character after JSON');
    const hint = isSeveral ? '; it is several JSON texts (newline-delimited?), expected one' : '';
    const said = what === theBody ? `${what} is not JSON` : `${what}: is not JSON`;
    throw new ProblemError(400, `${said}: ${message}${hint}`);
  }
}

/** The name of a request's whole body in sentences. */
export const theBody = 'the body';

const refusing = { protoAction: 'error', constructorAction: 'error' } as const;

function tooMuch(what: string, is: string): ProblemError {
  return new ProblemError(400, `${what}: ${is}, the most that is accepted`);
}
