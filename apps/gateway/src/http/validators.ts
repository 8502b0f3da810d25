import AjvCompiler from '@fastify/ajv-compiler';
import type { FastifyServerOptions } from 'fastify';

const compiler = AjvCompiler();
type Schemas = Parameters<typeof compiler>[0];
type Options = Parameters<typeof compiler>[1];

/**
 * Options of Fastify that make validators from schemas. Query, path and headers are text, from
 * which Fastify makes numbers and lists. A body has its own types: there `true` is no 1 and `null`
 * no text.
 */
export const validation = {
  // Unknown members are refused, never dropped in silence. Verbose errors have the wrong value.
  ajv: { customOptions: { removeAdditional: false, verbose: true, keywords: ['explode'] } },
  schemaController: { compilersFactory: { buildValidator } },
} satisfies FastifyServerOptions;

type Route = Parameters<ReturnType<typeof compiler>>[0] & { readonly httpPart?: string };

function buildValidator(schemas: Schemas, options?: Options) {
  // Otherwise a text "Infinity" would be a number whose limits nobody checks.
  const ofText = compilerWith({ strictNumbers: false }, schemas, options);
  const ofBody = compilerWith(forBodies, schemas, options);
  return (route: Route) => {
    if (route.httpPart !== 'body') return ofText(route);
    return exceptBytes(ofBody(route));
  };
}

type Validate = ReturnType<ReturnType<typeof compiler>>;

/** Skips bodies that are still bytes: the code that reads them validates their content. */
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

/** Makes a validator of bodies by a schema, apart from any route. */
export function bodyValidator(schema: object) {
  const customOptions = { ...validation.ajv.customOptions, allErrors: false, useDefaults: true };
  return compilerWith(forBodies, {}, { customOptions } as Options)({ schema } as Route);
}

const forBodies = { coerceTypes: false };

function compilerWith(more: object, schemas: Schemas, options?: Options) {
  return compiler(schemas, { ...options, customOptions: { ...options?.customOptions, ...more } } as Options);
}
