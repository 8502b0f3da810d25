import Type, { type Static } from 'typebox';

/**
 * The form in which a request's outputs are answered: each by its bytes or by a link, alone or in
 * one document, in a format, and with the names of areas.
 */
export const AnswerForm = Type.Object({
  response: Type.Enum(['raw', 'document']),
  /** The requested outputs, by their ids. */
  outputs: Type.Record(Type.String(), Type.Enum(['value', 'reference'])),
  /** The name of another format than JSON. */
  format: Type.Optional(Type.String()),
  /** Whether the client has named the areas that it has drawn. */
  named: Type.Optional(Type.Literal(true)),
});
export type AnswerForm = Static<typeof AnswerForm>;
