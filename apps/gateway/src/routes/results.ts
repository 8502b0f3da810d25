import type { AnswerForm, RequestStatus, Shelf } from '@catchment/jobs';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { exception, ProblemError } from '../problem.ts';
import { resultOutput } from '../process-description.ts';

/** What a job left: each output that it has, as JSON, by its id. */
export type Outputs = ReadonlyMap<string, Uint8Array>;

export interface ResultSources {
  readonly shelf: Pick<Shelf, 'get'>;
  /** The outputs in what lies on the shelf for a job. */
  readonly outputsOf: (status: RequestStatus, shelved: Uint8Array) => Outputs;
}

/** The responses of a route that answers with results. */
export const resultResponses = {
  200: {
    description:
      'The output itself (raw), all outputs by their ids (document), or several parts (raw, several outputs)',
    content: {
      'application/json': { schema: Type.Any() },
      'multipart/related': { schema: Type.String() },
    },
  },
  204: Type.Null({ description: 'All outputs were wanted by reference, and raw: their links are in the header Link' }),
};

const byDefault: AnswerForm = { response: 'raw', outputs: { [resultOutput]: 'value' } };

/**
 * What a request left, or throws the Problem that says why there is nothing: 400 for what the asker caused, 500 for what failed here,
 * 404 while it is not ready, 410 when it was dismissed.
 */
export async function outputsOf(status: RequestStatus, sources: ResultSources): Promise<Outputs> {
  const { id, state, problem = 'the job failed here', refused, result } = status;
  if (state === 'failed') {
    throw refused
      ? new ProblemError(400, problem, 'InvalidParameterValue')
      : new ProblemError(500, problem, 'NoApplicableCode');
  }
  if (state === 'dismissed') throw new ProblemError(410, `job ${id} was dismissed`);
  if (state !== 'successful' || result === undefined) {
    throw new ProblemError(404, `job ${id} is ${state}: its results are not ready`, exception('result-not-ready'));
  }
  const shelved = await sources.shelf.get(result);
  if (!shelved) throw new ProblemError(410, `the results of job ${id} are no longer kept`);
  return sources.outputsOf(status, shelved);
}

/**
 * Sends a request's outputs in the form that was asked for (18-062r2, 7.11.4 and 7.13), `url` being that of its results; an output that
 * the job does not have is left out.
 */
export function sendOutputs(
  reply: FastifyReply,
  status: RequestStatus,
  { outputs, url }: { outputs: Outputs; url: string },
) {
  const { response, outputs: modes } = status.answer ?? byDefault;
  const wanted = Object.entries(modes).flatMap(([id, mode]): Wanted[] => {
    const value = outputs.get(id);
    return value ? [{ id, value, href: mode === 'reference' ? `${url}/${encodeURIComponent(id)}` : undefined }] : [];
  });
  reply.code(200).header('catchment-cache', status.cache);
  if (response === 'document') return sendJson(reply, documentOf(wanted));
  const [first] = wanted;
  if (wanted.every(({ href }) => href !== undefined)) {
    const links = wanted.map(({ id, href }) => `<${href}>; rel=item; type="application/json"; title="${id}"`);
    return reply
      .code(204)
      .header('link', [...[reply.getHeader('link') ?? []].flat(), ...links])
      .send();
  }
  if (first && wanted.length === 1) return sendJson(reply, first.value);
  const boundary = `catchment-${status.id}`;
  return reply.type(`multipart/related; boundary=${boundary}; type="application/json"`).send(partsOf(wanted, boundary));
}

/** Sends one output by itself. */
export function sendJson(reply: FastifyReply, value: Uint8Array) {
  return reply.type('application/json').send(Buffer.from(value.buffer, value.byteOffset, value.length));
}

interface Wanted {
  readonly id: string;
  readonly value: Uint8Array;
  /** When it is wanted by reference. */
  readonly href: string | undefined;
}

/** The standard's results document, in which objects stand in a member of their own. */
function documentOf(wanted: readonly Wanted[]): Buffer {
  const members = wanted.map(({ id, value, href }) => {
    if (href !== undefined) return Buffer.from(`${JSON.stringify(id)}:${JSON.stringify({ href, type: json })}`);
    const isObject = value[0] === '{'.charCodeAt(0);
    const [before, after] = isObject ? [`{"mediaType":"${json}","value":`, '}'] : ['', ''];
    return Buffer.concat([Buffer.from(`${JSON.stringify(id)}:${before}`), value, Buffer.from(after)]);
  });
  const separated = members.flatMap((member, index) => (index > 0 ? [Buffer.from(','), member] : [member]));
  return Buffer.concat([Buffer.from('{'), ...separated, Buffer.from('}')]);
}

/** RFC 2387, a part for each output: its value, or where it is. */
function partsOf(wanted: readonly Wanted[], boundary: string): Buffer {
  const parts = wanted.flatMap(({ id, value, href }) => [
    Buffer.from(`--${boundary}\r\nContent-ID: <${id}>\r\nContent-Type: ${json}\r\n`),
    Buffer.from(href === undefined ? '\r\n' : `Content-Location: ${href}\r\n\r\n`),
    ...(href === undefined ? [value] : []),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
}

const json = 'application/json';
