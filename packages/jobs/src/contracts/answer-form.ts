import Type, { type Static } from 'typebox';

/**
 * The form in which a request's outputs are answered: each by its bytes or by a link, alone or in
 * one document.
 */
export const AnswerForm = Type.Object({
  response: Type.Enum(['raw', 'document']),
  /** The requested outputs, by their ids. */
  outputs: Type.Record(Type.String(), Type.Enum(['value', 'reference'])),
});
export type AnswerForm = Static<typeof AnswerForm>;
