import type { FastifyInstance } from 'fastify';
import { ProblemError } from './problem.ts';

/** Reads bodies of JSON as the framework does, and says of one that is no JSON what is wrong with it. Before any route. */
export function readJsonBodies(app: FastifyInstance): void {
  const read = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    void read(request, body, (error, value) => done(error && (problemIn(body) ?? error), value));
  });
}

function problemIn(body: string): ProblemError | undefined {
  if (body === '') return undefined;
  try {
    JSON.parse(body);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    // What V8 says of text that goes on after a value.
    const isSeveral = message.includes('non-whitespace character after JSON');
    const hint = isSeveral ? '; it is several JSON texts (newline-delimited?), expected one' : '';
    return new ProblemError(400, `the body is not JSON: ${message}${hint}`);
  }
}
