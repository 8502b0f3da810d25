interface Parameter {
  readonly schema?: { readonly default?: unknown; readonly explode?: boolean };
}

type Operation = { readonly parameters?: readonly Parameter[] };

/**
 * Describes parameters as they are taken: one with a default may be left out, and a list whose
 * schema says `explode: false` is written with commas.
 */
export function mendParameters<Document extends { readonly paths?: object }>(document: Document): Document {
  const paths = mapValues((document.paths ?? {}) as Record<string, Record<string, Operation>>, (path) =>
    mapValues(path, (operation) =>
      operation.parameters ? { ...operation, parameters: operation.parameters.map(mended) } : operation,
    ),
  );
  return { ...document, paths };
}

function mended(parameter: Parameter): Parameter {
  const { explode, ...schema } = parameter.schema ?? {};
  return {
    ...parameter,
    schema,
    ...(schema.default !== undefined && { required: false }),
    ...(explode !== undefined && { style: 'form', explode }),
  };
}

function mapValues<Value, Result>(
  values: Record<string, Value>,
  map: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
