import type { AnswerForm } from '@cellshed/jobs';
import Type, { type Static } from 'typebox';
import { formats } from '../answers/formats.ts';
import { refused } from '../problems/problem-error.ts';
import { resultOutput } from './process-description.ts';

const closed = { additionalProperties: false };

/** The formats of outputs, by their media types. */
type MediaTypes = readonly [string, ...string[]];

const outputForm = (mediaTypes: MediaTypes) =>
  Type.Object(
    {
      transmissionMode: Type.Optional(
        Type.Enum(['value', 'reference'], { default: 'value', description: 'Its bytes, or a link to them' }),
      ),
      format: Type.Optional(Type.Object({ mediaType: Type.Optional(Type.Enum([...mediaTypes])) }, closed)),
    },
    closed,
  );

/** The members of an execution by which a client chooses the form of the outputs. */
export function answerMembers(known: readonly string[], mediaTypes: MediaTypes = ['application/json']) {
  const form = outputForm(mediaTypes);
  const forms = Object.fromEntries(known.map((id) => [id, Type.Optional(form)]));
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
 * `/req/core/process-execute-default-outputs`. Throws a ProblemError (400) for a document that is
 * to have an output in another format than JSON.
 */
export function answerForm({ outputs = {}, response = 'raw' }: Asked, known: readonly string[]): AnswerForm {
  const wanted = Object.keys(outputs).length > 0 ? Object.keys(outputs) : known;
  const { mediaType } = outputs[resultOutput]?.format ?? {};
  const format = formats.find((one) => one.mediaType === mediaType);
  const isJson = format === undefined || format.name === 'json';
  if (!isJson && response === 'document') {
    const problem = `is ${JSON.stringify(mediaType)}, but response is document, which is JSON; expected raw`;
    throw refused({ path: `outputs.${resultOutput}.format.mediaType`, problem });
  }
  return {
    ...(!isJson && { format: format.name }),
    response,
    outputs: Object.fromEntries(wanted.map((id) => [id, outputs[id]?.transmissionMode ?? 'value'])),
  };
}
