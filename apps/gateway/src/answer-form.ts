import type { AnswerForm } from '@catchment/jobs';
import Type, { type Static } from 'typebox';
import { ProblemError } from './problem.ts';

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

/** The members of an execution by which a client says how it wants its outputs. */
export const answerMembers = {
  outputs: Type.Optional(
    Type.Record(Type.String(), OutputForm, { description: 'The outputs that are wanted; none named: all' }),
  ),
  response: Type.Optional(
    Type.Enum(['raw', 'document'], {
      default: 'raw',
      description: 'raw: the output itself; document: a JSON object of all outputs by their ids',
    }),
  ),
};
const AnswerMembers = Type.Object(answerMembers);

/** How outputs are answered when a client says nothing: `/req/core/process-execute-default-outputs`. Throws a ProblemError (400). */
export function answerForm(asked: Static<typeof AnswerMembers>, known: readonly string[]): AnswerForm {
  const { outputs = {}, response = 'raw' } = asked;
  const unknown = Object.keys(outputs).find((id) => !known.includes(id));
  if (unknown !== undefined) {
    const name = JSON.stringify(unknown.slice(0, 100));
    throw new ProblemError(400, `outputs: has ${name}, which is no output; expected ${known.join(', ')}`);
  }
  const wanted = Object.keys(outputs).length > 0 ? Object.keys(outputs) : known;
  return {
    response,
    outputs: Object.fromEntries(wanted.map((id) => [id, outputs[id]?.transmissionMode ?? 'value'])),
  };
}
