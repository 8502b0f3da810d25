type Json = unknown;
type Schema = { readonly [keyword: string]: Json };

/**
 * Writes a JSON schema in the words of OpenAPI 3.0, which OGC process descriptions use: `const`
 * becomes `enum`, `null` becomes `nullable`, patterns of member names become any names, ids are
 * left out.
 */
export function plainSchema(schema: object): Schema {
  const { $id, const: only, anyOf, examples, patternProperties, ...rest } = schema as Schema;
  const nested = Object.fromEntries(
    Object.entries(rest).map(([keyword, value]) => [keyword, nestedIn(keyword, value)]),
  );
  const [members] = Object.values((patternProperties ?? {}) as Record<string, object>);
  return {
    ...nested,
    ...(only !== undefined && { enum: [only] }),
    ...(Array.isArray(examples) && { example: examples[0] }),
    ...(members && { additionalProperties: plainSchema(members) }),
    ...(Array.isArray(anyOf) && plainUnion(anyOf)),
  };
}

function nestedIn(keyword: string, value: Json): Json {
  if (keyword === 'properties') return mapValues(value as Record<string, object>, plainSchema);
  if (keyword === 'items' || (keyword === 'additionalProperties' && isSchema(value)))
    return plainSchema(value as object);
  return keyword === 'oneOf' || keyword === 'allOf' ? (value as object[]).map(plainSchema) : value;
}

function plainUnion(schemas: readonly Schema[]): Schema {
  const others = schemas.filter(({ type }) => type !== 'null');
  const nullable = others.length < schemas.length && { nullable: true };
  const [first] = others;
  if (others.length === 1 && first) return { ...plainSchema(first), ...nullable };
  if (others.every((one) => 'const' in one)) {
    return { type: first?.type, enum: others.map((one) => one.const), ...nullable };
  }
  return { anyOf: others.map((one) => ({ ...plainSchema(one), ...nullable })) };
}

function isSchema(value: Json): value is object {
  return typeof value === 'object' && value !== null;
}

function mapValues(members: Record<string, object>, map: (schema: object) => Schema): Record<string, Schema> {
  return Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, map(schema)]));
}
