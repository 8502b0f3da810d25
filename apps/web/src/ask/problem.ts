import { GatewayError } from '@cellshed/client';
import { words } from '../words.ts';

/** What went wrong, in a sentence for a person that says what to do. */
export interface Problem {
  readonly text: string;
  /** The seconds after which the same may be asked again, where the service says so. */
  readonly retryAfterSeconds?: number | undefined;
}

/** The problem that an error is. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof GatewayError)) return { text: sentence((error as Error).message) };
  const { status, message, retryAfterSeconds } = error;
  const { problem } = words;
  if (status === undefined) return { text: problem.offline };
  if (status === 429) return { text: `${problem.often} (${message})`, retryAfterSeconds };
  if (status === 503) return { text: `${problem.busy} (${message})`, retryAfterSeconds };
  if (status === 404 && / job /.test(message)) return { text: problem.expired };
  const advice = status === 404 ? ` ${problem.elsewhere}` : status === 413 ? ` ${problem.smaller}` : '';
  return { text: `${sentence(message)}${advice}` };
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.…?!]$/.test(text) ? '' : '.'}`;
}
