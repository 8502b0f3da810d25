import { GatewayError } from '@cellshed/client';
import { words } from '../words.ts';

/** A problem in a sentence for a person, which says what to do. */
export interface Problem {
  readonly text: string;
  /** The seconds after which the same may be asked again, where the service says so. */
  readonly retryAfterSeconds?: number | undefined;
  /** Whether the same question has the same problem again. */
  readonly isFinal?: boolean;
}

/** Sentences of the service that the page says in its own words. */
const said: readonly (readonly [RegExp, (found: string) => string])[] = [
  [/^area table \S+ has no area "(.*)"/, (id) => `${words.problem.noArea(id)} ${words.problem.elsewhere}`],
  [/^no area table is called "(.*)"/, (table) => `${words.problem.noTable(table)} ${words.problem.elsewhere}`],
  [/ names raster \S+ twice/, () => words.problem.twice],
];

/** The remedies for sentences of the service. */
const advised: readonly (readonly [RegExp, string])[] = [
  [/ vertices, | would be counted |larger than \d+ bytes/, words.problem.smaller],
  [/ has several layers/, words.problem.oneLayer],
  [/^the file is /, words.problem.formats],
];

/** The problem that an error is. */
export function problemOf(error: unknown): Problem {
  const { message } = error as Error;
  const { problem } = words;
  const { status, retryAfterSeconds } = error instanceof GatewayError ? error : { status: 0, retryAfterSeconds: 0 };
  if (status === undefined) return { text: problem.offline };
  if (status === 429) return { text: `${problem.often} (${message})`, retryAfterSeconds };
  if (status === 503) return { text: `${problem.busy} (${message})`, retryAfterSeconds };
  if (status === 410 || (status === 404 && /there is no job /.test(message))) return { text: problem.expired };
  for (const [pattern, own] of said) {
    const found = pattern.exec(message);
    if (found) return { text: own(found[1] ?? ''), isFinal: true };
  }
  const advice = advised.find(([pattern]) => pattern.test(message))?.[1];
  return { text: advice === undefined ? sentence(message) : `${sentence(message)} ${advice}` };
}

/** A text with a capital and a full stop; a name of a file stays as it is. */
function sentence(text: string): string {
  const isNamed = /^\S*\.\w/.test(text);
  const begin = isNamed ? text.slice(0, 1) : text.slice(0, 1).toUpperCase();
  return `${begin}${text.slice(1)}${/[.…?!]$/.test(text) ? '' : '.'}`;
}
