import { errorsIn } from './errors-in.ts';

/** A failure, described for two kinds of readers. */
export interface Failure {
  /**
   * A sentence for clients, without paths, hosts and names. Undefined: clients only receive the
   * sentence that something failed.
   */
  readonly told: string | undefined;
  /** The sentence for the log and the operator. */
  readonly cause: string;
}

/** The `publicMessage` of an error, or else of the first error that led to it and has one. */
export function publicMessageOf(error: unknown): string | undefined {
  const messages = errorsIn(error).map((each) => (each as Error & { readonly publicMessage?: unknown }).publicMessage);
  return messages.find((message) => typeof message === 'string');
}

const mark = 'told: ';

/**
 * Both descriptions of an error in one text. It crosses a queue or leaves a thread as the message
 * of an error. Without a public message, the text is the message itself.
 */
export function failureText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const told = publicMessageOf(error);
  if (told === undefined || message.startsWith(mark)) return message;
  const first = mark + told.replaceAll('\n', ' ');
  return told === message ? first : `${first}\n${message}`;
}

/** Reads a text of `failureText`. */
export function readFailure(text: string): Failure {
  if (!text.startsWith(mark)) return { told: undefined, cause: text };
  const [first = '', ...cause] = text.slice(mark.length).split('\n');
  return { told: first, cause: cause.length > 0 ? cause.join('\n') : first };
}
