/**
 * An error, then those that led to it, each once: its cause, the errors that it stands for, the
 * commands that Redis refused before it refused their transaction, and what the last node of a
 * cluster said. An error may lead to itself: ioredis rejects a transaction and each of its commands
 * with the same object.
 */
export function errorsIn(error: unknown): readonly Error[] {
  const found = new Set<Error>();
  const visit = (each: unknown) => {
    if (!(each instanceof Error) || found.has(each)) return;
    found.add(each);
    const { previousErrors = [], lastNodeError } = each as RedisError;
    const errors: readonly unknown[] = each instanceof AggregateError ? each.errors : [];
    for (const source of [each.cause, ...errors, ...previousErrors, lastNodeError]) visit(source);
  };
  visit(error);
  return [...found];
}

/** The members of errors of ioredis. */
interface RedisError extends Error {
  readonly previousErrors?: readonly unknown[];
  readonly lastNodeError?: unknown;
}
