import AjvCompiler from '@fastify/ajv-compiler';
import type { FastifyServerOptions } from 'fastify';

const compiler = AjvCompiler();
type Schemas = Parameters<typeof compiler>[0];
type Options = Parameters<typeof compiler>[1];

/**
 * How schemas are made validators, as options of Fastify. A query, a path and headers are text, of which numbers and lists are made as
 * Fastify does it. A body says itself what is a number: there `true` is no 1 and `null` no text.
 */
export const validation = {
  // What is not known is refused, never dropped in silence.
  // Messages quote what is wrong: verbose.
  ajv: { customOptions: { removeAdditional: false, verbose: true, keywords: ['explode'] } },
  schemaController: { compilersFactory: { buildValidator } },
} satisfies FastifyServerOptions;

function buildValidator(schemas: Schemas, options?: Options) {
  const compile = (more: object) =>
    compiler(schemas, { ...options, customOptions: { ...options?.customOptions, ...more } } as Options);
  // Else a text "Infinity" would be a number whose least and most nobody looks at.
  const ofText = compile({ strictNumbers: false });
  const ofBody = compile({ coerceTypes: false });
  type Route = Parameters<typeof ofText>[0] & { readonly httpPart?: string };
  return (route: Route) => (route.httpPart === 'body' ? ofBody : ofText)(route);
}
