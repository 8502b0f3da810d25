import AjvCompiler from '@fastify/ajv-compiler';
import type { FastifyServerOptions } from 'fastify';

const compiler = AjvCompiler();
type Schemas = Parameters<typeof compiler>[0];
type Options = Parameters<typeof compiler>[1];

/**
 * How schemas are made validators, as options of Fastify. A query, a path and headers are text, of
 * which numbers and lists are made as Fastify does it. A body says itself what is a number: there
 * `true` is no 1 and `null` no text.
 */
export const validation = {
  // What is not known is refused, never dropped in silence.
  // Messages quote what is wrong: verbose.
  ajv: { customOptions: { removeAdditional: false, verbose: true, keywords: ['explode'] } },
  schemaController: { compilersFactory: { buildValidator } },
} satisfies FastifyServerOptions;

type Route = Parameters<ReturnType<typeof compiler>>[0] & { readonly httpPart?: string };

function buildValidator(schemas: Schemas, options?: Options) {
  // Else a text "Infinity" would be a number whose least and most nobody looks at.
  const ofText = compilerWith({ strictNumbers: false }, schemas, options);
  const ofBody = compilerWith(forBodies, schemas, options);
  return (route: Route) => {
    if (route.httpPart !== 'body') return ofText(route);
    return exceptBytes(ofBody(route));
  };
}

type Validate = ReturnType<ReturnType<typeof compiler>>;

/** Whoever reads a body that is still bytes validates what is in it. */
function exceptBytes(validate: Validate): Validate {
  const check = (body: unknown) => {
    if (body instanceof Uint8Array) return true;
    const isValid = validate(body);
    check.errors = validate.errors;
    return isValid;
  };
  check.errors = validate.errors;
  return check as Validate;
}

/** A validator of bodies by a schema, beside all routes. */
export function bodyValidator(schema: object) {
  const customOptions = { ...validation.ajv.customOptions, allErrors: false, useDefaults: true };
  return compilerWith(forBodies, {}, { customOptions } as Options)({ schema } as Route);
}

const forBodies = { coerceTypes: false };

function compilerWith(more: object, schemas: Schemas, options?: Options) {
  return compiler(schemas, { ...options, customOptions: { ...options?.customOptions, ...more } } as Options);
}
