import type { Static, TSchema } from 'typebox';
import { ProblemError } from '../problems/problem-error.ts';
import { validationSentence } from '../problems/refusal-sentences.ts';
import { bodyValidator } from './validators.ts';

/**
 * Checks bodies by a schema as the framework does. Throws a ProblemError (400) that says what is
 * wrong.
 */
export function validated<Schema extends TSchema>(schema: Schema): (body: unknown) => Static<Schema> {
  const validate = bodyValidator(schema);
  return (body) => {
    if (validate(body)) return body as Static<Schema>;
    throw new ProblemError(
      400,
      validationSentence({ validation: (validate.errors ?? []) as never, validationContext: 'body' }),
    );
  };
}
