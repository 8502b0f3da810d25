import type { Budget } from '@catchment/budget';
import { parse } from 'secure-json-parse';
import { ProblemError } from './problem-error.ts';

/** A collection of GeoJSON in an execution has some twenty levels. */
const mostLevels = 64;

/** Each takes some 60 bytes of memory; the border of a large river basin has a million. */
const mostValues = 5_000_000;

/**
 * The value of JSON that a client sent. Its bytes are looked at before any of it is parsed: what is nested too deeply, or is very many
 * values, takes many times the memory of its text. Throws a ProblemError (400) that begins with what the text is called, or OverBudget.
 */
export function parseJson(text: Uint8Array, { what, budget }: { what: string; budget: Budget }): unknown {
  budget.spend(text.length);
  const { levels, values } = sizeOf(text);
  if (levels > mostLevels) throw tooMuch(what, `is nested more than ${mostLevels} levels deep`);
  if (values > mostValues) throw tooMuch(what, `has more than ${mostValues.toLocaleString('en')} values`);
  try {
    // What has a member __proto__ is refused.
    return parse(Buffer.from(text.buffer, text.byteOffset, text.length).toString(), undefined, refusing);
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

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [opening, closing] = [new Set([0x5b, 0x7b]), new Set([0x5d, 0x7d])];

/** How deep JSON is nested, and about how many values it has. Of what is no JSON, up to where that shows, or more. */
function sizeOf(text: Uint8Array): { readonly levels: number; readonly values: number } {
  let [levels, depth, values, inString] = [0, 0, 1, false];
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] as number;
    if (inString) {
      if (byte === backslash) at++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === comma) values++;
    else if (opening.has(byte)) {
      values++;
      depth++;
      if (depth > levels) levels = depth;
    } else if (closing.has(byte)) depth--;
  }
  return { levels, values };
}
