import type { FastifyError } from 'fastify';

/** Says what the framework found wrong with a request. */
export function bodySentence(error: FastifyError): string {
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return `${error.message}, expected application/json`;
  if (error instanceof SyntaxError || error.code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
    return `the body is not JSON: ${error.message}`;
  }
  return error.message;
}

/** Writes `mode: is not known here`, `limit: is "x", expected integer` and the like. */
export function validationSentence({
  validation,
  validationContext,
}: Pick<FastifyError, 'validation' | 'validationContext'>): string {
  const first = errorToShow(validation as readonly unknown[] as readonly Verbose[]);
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
  if (keyword === 'minItems') return `${where}: has ${lengthOf(data)} items, expected at least ${params.limit}`;
  if (keyword === 'maxItems') return `${where}: has ${lengthOf(data)} items, expected at most ${params.limit}`;
  const [, expected] = /^must be (.*)$/.exec(message) ?? [];
  if (expected === undefined) return `${where}: ${message}`;
  return `${is}, expected ${expected.replace('<=', 'at most').replace('>=', 'at least')}`;
}

function lengthOf(data: unknown): number {
  return (data as readonly unknown[]).length;
}

/** An error of ajv in its verbose form. */
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
 * Finds the error to show. The error of a union comes last; if the type of the value tells which
 * alternative was meant, it is the error of that one.
 */
function errorToShow(errors: readonly Verbose[]): Verbose | undefined {
  const last = errors.at(-1);
  if (last?.keyword !== 'anyOf') return last;
  const isMeant = ({ keyword, instancePath }: Verbose) => keyword !== 'type' || instancePath !== last.instancePath;
  return errorToShow(errors.slice(0, -1).filter(isMeant)) ?? last;
}
