import type { FastifyError } from 'fastify';

/** What is wrong with a request, as the framework found it. */
export function bodySentence(error: FastifyError): string {
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return `${error.message}, expected application/json`;
  if (error instanceof SyntaxError || error.code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
    return `the body is not JSON: ${error.message}`;
  }
  return error.message;
}

/** `mode: is not known here`, `limit: is "x", expected integer` and the like. */
export function validationSentence({
  validation,
  validationContext,
}: Pick<FastifyError, 'validation' | 'validationContext'>): string {
  const first = telling(validation as readonly unknown[] as readonly Verbose[]);
  if (!first) return 'the request is not as expected';
  const { keyword, params, data, schema, parentSchema, message = 'is not as expected' } = first;
  const path = first.instancePath.slice(1).replaceAll('/', '.');
  const at = (member: string) => [path, member].filter(Boolean).join('.');
  if (keyword === 'additionalProperties') return `${at(String(params.additionalProperty))}: is not known here`;
  if (keyword === 'required') return `${at(String(params.missingProperty))}: is missing`;
  const where = path || (validationContext === 'querystring' ? 'the query' : 'the body');
  if (keyword === 'const') return `${where}: expected ${JSON.stringify(params.allowedValue)}`;
  const shown = typeof data === 'number' ? String(data) : JSON.stringify(data)?.slice(0, 100);
  const is = `${where}: is ${shown}`;
  if (keyword === 'enum') return `${is}, expected one of ${(params.allowedValues as unknown[]).join(', ')}`;
  if (keyword === 'anyOf')
    return `${is}, expected ${(schema as { type: string }[]).map(({ type }) => type).join(' or ')}`;
  if (keyword === 'pattern' && parentSchema.description) return `${is}, expected ${parentSchema.description}`;
  const [, expected] = /^must be (.*)$/.exec(message) ?? [];
  if (expected === undefined) return `${where}: ${message}`;
  return `${is}, expected ${expected.replace('<=', 'at most').replace('>=', 'at least')}`;
}

/** What ajv says of an error when it is told to be verbose. */
interface Verbose {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly data?: unknown;
  readonly schema: unknown;
  readonly parentSchema: { readonly description?: string };
}

/**
 * Of a union, which comes last: what is wrong with the alternative that was meant, if its type
 * tells which.
 */
function telling(errors: readonly Verbose[]): Verbose | undefined {
  const last = errors.at(-1);
  if (last?.keyword !== 'anyOf') return last;
  const isMeant = ({ keyword, instancePath }: Verbose) => keyword !== 'type' || instancePath !== last.instancePath;
  return telling(errors.slice(0, -1).filter(isMeant)) ?? last;
}
