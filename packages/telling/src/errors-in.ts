/**
 * An error, then those that led to it, each once: its cause, the errors that it stands for, and the
 * commands that Redis refused before it refused their transaction. An error may lead to itself:
 * ioredis rejects a transaction and each of its commands with the same object.
 */
export function errorsIn(error: unknown): readonly Error[] {
  const found = new Set<Error>();
  const visit = (each: unknown) => {
    if (!(each instanceof Error) || found.has(each)) return;
    found.add(each);
    const { previousErrors = [] } = each as Error & { readonly previousErrors?: readonly unknown[] };
    const errors: readonly unknown[] = each instanceof AggregateError ? each.errors : [];
    for (const source of [each.cause, ...errors, ...previousErrors]) visit(source);
  };
  visit(error);
  return [...found];
}
