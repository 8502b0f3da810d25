import type { AnswerForm } from '@catchment/jobs';
import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false };

const OutputForm = Type.Object(
  {
    transmissionMode: Type.Optional(
      Type.Enum(['value', 'reference'], { default: 'value', description: 'Its bytes, or a link to them' }),
    ),
    format: Type.Optional(Type.Object({ mediaType: Type.Optional(Type.Enum(['application/json'])) }, closed)),
  },
  closed,
);

/** The members of an execution by which a client chooses the form of the outputs. */
export function answerMembers(known: readonly string[]) {
  const forms = Object.fromEntries(known.map((id) => [id, Type.Optional(OutputForm)]));
  return {
    outputs: Type.Optional(
      Type.Object(forms, { ...closed, description: 'The outputs that are wanted; none named: all' }),
    ),
    response: Type.Optional(
      Type.Enum(['raw', 'document'], {
        default: 'raw',
        description: 'raw: the output itself; document: a JSON object of all outputs by their ids',
      }),
    ),
  };
}
type Asked = Static<Type.TObject<ReturnType<typeof answerMembers>>>;

/**
 * The form in which outputs are answered; without a choice it is the default of
 * `/req/core/process-execute-default-outputs`.
 */
export function answerForm({ outputs = {}, response = 'raw' }: Asked, known: readonly string[]): AnswerForm {
  const wanted = Object.keys(outputs).length > 0 ? Object.keys(outputs) : known;
  return {
    response,
    outputs: Object.fromEntries(wanted.map((id) => [id, outputs[id]?.transmissionMode ?? 'value'])),
  };
}
