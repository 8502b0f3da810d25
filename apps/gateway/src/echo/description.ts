import Type from 'typebox';
import { plainSchema } from '../http/plain-schema.ts';
import { answerMembers } from '../processes/answer-form.ts';
import type { Description } from '../processes/process-description.ts';

/** The schemas of the inputs. Each may be left out; an input is given back under its id. */
const values = {
  string: Type.String({ title: 'A text', maxLength: 10_000 }),
  number: Type.Number({ title: 'A number' }),
  integer: Type.Integer({ title: 'A whole number' }),
  boolean: Type.Boolean({ title: 'Yes or no' }),
  date: Type.Union([Type.String({ format: 'date-time' }), Type.String({ format: 'date' })], {
    title: 'A day or a time',
  }),
  choice: Type.Enum(['one', 'two', 'three'], { title: 'One of three' }),
  array: Type.Array(Type.Integer(), { title: 'Whole numbers', maxItems: 100 }),
  document: Type.String({ title: 'A document', maxLength: 100_000 }),
  object: Type.Object({}, { title: 'An object', additionalProperties: true }),
  bbox: Type.Object(
    { bbox: Type.Array(Type.Number(), { minItems: 4, maxItems: 6 }), crs: Type.Optional(Type.String()) },
    { title: 'A box' },
  ),
};
/** Members that only process descriptions have: OpenAPI has no words for them. */
const moreWords: Readonly<Record<string, object>> = {
  document: { contentMediaType: 'text/plain' },
  bbox: { format: 'ogc-bbox' },
};

/** The ids of the outputs. */
export const echoOutputs = Object.keys(values);

const pause = Type.Integer({ title: 'Seconds until the result is there', minimum: 0, maximum: 60, default: 0 });

/** The body of an execution of echo. */
export const EchoExecution = Type.Object(
  {
    inputs: Type.Partial(Type.Object({ ...values, pause }), { additionalProperties: false }),
    ...answerMembers(echoOutputs),
  },
  { $id: 'EchoExecution', additionalProperties: false },
);

/** The description of echo: its inputs and its outputs. */
export const echoDescription: Description = {
  id: 'echo',
  title: 'Echo',
  description: 'Gives back its inputs: for trying the API, not for counting.',
  version: '1.0.0',
  inputs: mapValues({ ...values, pause }, (id, schema) => ({ ...described(id, schema), minOccurs: 0, maxOccurs: 1 })),
  outputs: mapValues(values, described),
};

function described(id: string, { title = id, ...schema }: { title?: string }) {
  return { title, schema: { ...plainSchema(schema), ...moreWords[id] } };
}

function mapValues<Value>(schemas: object, map: (id: string, schema: object) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, map(id, schema)]));
}
