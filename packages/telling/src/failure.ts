/** What has failed, for two kinds of reader. */
export interface Failure {
  /**
   * A sentence without paths, hosts and names, for clients; undefined: they only hear that
   * something failed.
   */
  readonly told: string | undefined;
  /** For the log and the operator. */
  readonly cause: string;
}

/** The `publicMessage` of an error or, if it has none, of what caused it. */
export function publicMessageOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { publicMessage } = error as Error & { readonly publicMessage?: unknown };
  return typeof publicMessage === 'string' ? publicMessage : publicMessageOf(error.cause);
}

const mark = 'told: ';

/**
 * Both of an error in one text, which crosses a queue or leaves a thread as the message of an
 * error. Of one that clients hear nothing of it is the message as it is.
 */
export function failureText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const told = publicMessageOf(error);
  if (told === undefined || message.startsWith(mark)) return message;
  const first = mark + told.replaceAll('\n', ' ');
  return told === message ? first : `${first}\n${message}`;
}

/** Reads what `failureText` has written. */
export function readFailure(text: string): Failure {
  if (!text.startsWith(mark)) return { told: undefined, cause: text };
  const [first = '', ...cause] = text.slice(mark.length).split('\n');
  return { told: first, cause: cause.length > 0 ? cause.join('\n') : first };
}
