/**
 * The answer of a thread. Errors are values, so that any other failure of a task is the end of its
 * thread.
 */
export type Answer<Value> =
  | { readonly value: Value }
  | { readonly thrown: unknown }
  /** The message of a `Replaced`: no class crosses threads. */
  | { readonly replaced: string };
