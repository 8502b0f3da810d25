import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { AnswerForm, RequestStatus, Shelf, Shelved } from '@cellshed/jobs';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { formatContent, formats } from '../answers/formats.ts';
import { inEncoding, takes, varyOn } from '../http/encodings.ts';
import { exception, ProblemError } from '../problems/problem.ts';
import { resultOutput } from '../processes/process-description.ts';
import type { Outputs } from '../processes/processes.ts';

export interface ResultSources {
  readonly shelf: Pick<Shelf, 'getStored'>;
  /** Reads the outputs from what the shelf stores for a job. */
  readonly outputsOf: (status: RequestStatus, shelved: Shelved) => Promise<Outputs>;
}

/** The responses of a route that answers with results. */
export const resultResponses = {
  200: {
    description:
      'The output itself (raw), all outputs by their ids (document), or several parts (raw, several outputs)',
    content: { ...formatContent, 'multipart/related': { schema: Type.String() } },
  },
  204: Type.Null({ description: 'All outputs were wanted by reference, and raw: their links are in the header Link' }),
};

const byDefault: AnswerForm = { response: 'raw', outputs: { [resultOutput]: 'value' } };

/**
 * Reads the outputs of a request, or throws the Problem that says why there are none: 400 for a
 * fault of the client, 429 if it may be asked again later, 500 for a failure here, 404 while they
 * are not ready, 410 after dismissal.
 */
export async function outputsOf(status: RequestStatus, sources: ResultSources): Promise<Outputs> {
  const { id, state, problem = 'the job failed here', refused, retryAt, result } = status;
  if (state === 'failed') {
    if (retryAt !== undefined) throw laterProblem(problem, retryAt);
    throw refused
      ? new ProblemError(400, problem, 'InvalidParameterValue')
      : new ProblemError(500, problem, 'NoApplicableCode');
  }
  if (state === 'dismissed') throw new ProblemError(410, `job ${id} was dismissed`);
  if (state !== 'successful' || result === undefined) {
    throw new ProblemError(404, `job ${id} is ${state}: its results are not ready`, exception('result-not-ready'));
  }
  const shelved = await sources.shelf.getStored(result);
  if (!shelved) throw new ProblemError(410, `the results of job ${id} are no longer kept`);
  return sources.outputsOf(status, shelved);
}

/** The problem of a request that may be asked again at a time, in epoch milliseconds. */
function laterProblem(problem: string, retryAt: number): ProblemError {
  const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
  return new ProblemError(429, problem, 'about:blank', { retryAfterSeconds: seconds });
}

/**
 * Sends a request's outputs in the form that was asked for (18-062r2, 7.11.4 and 7.13). `url` is
 * that of its results. An output that the job does not have is left out.
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
  if (response === 'document') return reply.type(json).send(streamOf(documentOf(wanted)));
  const [first] = wanted;
  if (wanted.every(({ href }) => href !== undefined)) {
    const type = formats.find(({ name }) => name === status.answer?.format)?.mediaType ?? json;
    const links = wanted.map(({ id, href }) => `<${href}>; rel=item; type="${type}"; title="${id}"`);
    return reply
      .code(204)
      .header('link', [...[reply.getHeader('link') ?? []].flat(), ...links])
      .send();
  }
  if (first && wanted.length === 1) return sendJson(reply, first.value);
  const boundary = `catchment-${status.id}`;
  return reply
    .type(`multipart/related; boundary=${boundary}; type="application/json"`)
    .send(streamOf(partsOf(wanted, boundary)));
}

/** Sends one output by itself: in its stored encoding, to a client that takes it. */
export function sendJson(reply: FastifyReply, shelved: Shelved) {
  const { encoding } = shelved;
  reply.type('application/json');
  if (encoding === undefined) return reply.send(inEncoding(shelved, undefined));
  varyOn(reply, 'accept-encoding');
  const { 'accept-encoding': accepted = '' } = reply.request.headers;
  const wanted = takes(String(accepted), encoding) ? encoding : undefined;
  if (wanted) reply.header('content-encoding', wanted);
  return reply.send(inEncoding(shelved, wanted));
}

interface Wanted {
  readonly id: string;
  readonly value: Shelved;
  /** The link, when the output is wanted by reference. */
  readonly href: string | undefined;
}

/** A piece of an answer: text, or an output. */
type Piece = string | Shelved;

/** The standard's results document, in which objects stand in a member of their own. */
function documentOf(wanted: readonly Wanted[]): Piece[] {
  const members = wanted.map(({ id, value, href }): Piece[] => {
    if (href !== undefined) return [`${JSON.stringify(id)}:${JSON.stringify({ href, type: json })}`];
    // A packed output is large and the result of an operation: such results are objects.
    const isObject = value.encoding !== undefined || value.bytes[0] === '{'.charCodeAt(0);
    const [before, after] = isObject ? [`{"mediaType":"${json}","value":`, '}'] : ['', ''];
    return [`${JSON.stringify(id)}:${before}`, value, after];
  });
  return ['{', ...members.flatMap((member, index) => (index > 0 ? [',', ...member] : member)), '}'];
}

/** A part for each output, as in RFC 2387: its value, or its URL. */
function partsOf(wanted: readonly Wanted[], boundary: string): Piece[] {
  const parts = wanted.flatMap(({ id, value, href }): Piece[] => [
    `--${boundary}\r\nContent-ID: <${id}>\r\nContent-Type: ${json}\r\n`,
    href === undefined ? '\r\n' : `Content-Location: ${href}\r\n\r\n`,
    ...(href === undefined ? [value] : []),
    '\r\n',
  ]);
  return [...parts, `--${boundary}--\r\n`];
}

/** Joins pieces; packed ones are unpacked on the way. */
function streamOf(pieces: readonly Piece[]): Buffer | Readable {
  const isPlain = pieces.every((piece) => typeof piece === 'string' || piece.encoding === undefined);
  if (isPlain)
    return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece.bytes)));
  return Readable.from(unpackedPieces(pieces));
}

async function* unpackedPieces(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (typeof piece === 'string') yield Buffer.from(piece);
    else if (piece.encoding === undefined) yield piece.bytes;
    else yield* Readable.from([piece.bytes]).pipe(createGunzip());
  }
}

const json = 'application/json';
