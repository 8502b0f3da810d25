import Type from 'typebox';
import { plainSchema } from '../../src/http/plain-schema.ts';

it('says in the words of OpenAPI 3.0 what JSON Schema says otherwise', () => {
  const schema = Type.Object(
    {
      only: Type.Literal('a'),
      one: Type.Union([Type.Literal('a'), Type.Literal('b')]),
      values: Type.Array(Type.Union([Type.Number(), Type.Null()])),
      either: Type.Union([Type.String(), Type.Number(), Type.Null()]),
      map: Type.Optional(Type.Record(Type.String(), Type.Literal(1))),
      shown: Type.Optional(Type.String({ examples: ['x', 'y'] })),
    },
    { $id: 'Name', additionalProperties: false },
  );
  expect(JSON.parse(JSON.stringify(plainSchema(schema)))).toEqual({
    type: 'object',
    required: ['only', 'one', 'values', 'either'],
    additionalProperties: false,
    properties: {
      only: { type: 'string', enum: ['a'] },
      one: { type: 'string', enum: ['a', 'b'] },
      values: { type: 'array', items: { type: 'number', nullable: true } },
      either: {
        anyOf: [
          { type: 'string', nullable: true },
          { type: 'number', nullable: true },
        ],
      },
      map: { type: 'object', additionalProperties: { type: 'number', enum: [1] } },
      shown: { type: 'string', example: 'x' },
    },
  });
});
