import Type, { type Static } from 'typebox';

/**
 * How a request's outputs are answered, as it was asked for: each by its bytes or by a link, alone
 * or in one document.
 */
export const AnswerForm = Type.Object({
  response: Type.Enum(['raw', 'document']),
  /** The outputs that were asked for, by their ids. */
  outputs: Type.Record(Type.String(), Type.Enum(['value', 'reference'])),
});
export type AnswerForm = Static<typeof AnswerForm>;
