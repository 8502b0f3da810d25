import { type Budget, jsonShape } from '@catchment/budget';
import { parse } from 'secure-json-parse';
import { ProblemError } from './problem-error.ts';

/** A collection of GeoJSON in an execution has some twenty levels. */
const mostLevels = 64;

/** Each takes some 60 bytes of memory; the border of a large river basin has a million. */
const mostLists = 3_000_000;

/**
 * The value of JSON that a client sent. Its brackets are looked at before any of it is parsed: what
 * is nested too deeply, or is very many lists, takes many times the memory of its text. Throws a
 * ProblemError (400) that begins with what the text is called, or OverBudget.
 */
export function parseJson(bytes: Uint8Array, { what, budget }: { what: string; budget: Budget }): unknown {
  budget.spend(bytes.length);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  const { levels, lists } = jsonShape(text, { levels: mostLevels, lists: mostLists });
  if (levels > mostLevels) throw tooMuch(what, `is nested more than ${mostLevels} levels deep`);
  if (lists > mostLists) throw tooMuch(what, `has more than ${mostLists.toLocaleString('en')} lists and objects`);
  try {
    // What has a member __proto__ is refused.
    return parse(text, undefined, refusing);
  } catch (error) {
    const { message } = error as Error;
    // What V8 says of text that goes on after a value.
    const isSeveral = message.includes('non-whitespace character after JSON');
    const hint = isSeveral ? '; it is several JSON texts (newline-delimited?), expected one' : '';
    const said = what === theBody ? `${what} is not JSON` : `${what}: is not JSON`;
    throw new ProblemError(400, `${said}: ${message}${hint}`);
  }
}

/** What sentences call all of a request's body. */
export const theBody = 'the body';

const refusing = { protoAction: 'error', constructorAction: 'error' } as const;

function tooMuch(what: string, is: string): ProblemError {
  return new ProblemError(400, `${what}: ${is}, the most that is accepted`);
}
