import type { Dismissals, Endings, RequestStatus, Shelf, Shelved } from '@cellshed/jobs';
import { newRequestId } from '@cellshed/jobs';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Admission } from '../access/admission.ts';
import type { ClientOf } from '../access/client.ts';
import { rateOf } from '../access/request-rates.ts';
import { MultiAnswer, MultiBody, RunAnswer, RunBody } from '../drop-in/bodies.ts';
import { keepJsonBodies } from '../http/json-body.ts';
import type { BodyRoom } from '../http/load.ts';
import { whileWanted } from '../http/while-wanted.ts';
import { type Problem, ProblemError } from '../problems/problem.ts';
import { resultOutput } from '../processes/process-description.ts';
import type { Submit } from '../processes/submit.ts';
import type { Reader } from '../reading/reader.ts';
import type { DropInRead } from '../reading/reading-thread.ts';
import { outputsOf, sendJson } from './results.ts';

export interface DropInOptions {
  readonly reader: Pick<Reader, 'run' | 'multi' | 'answer'>;
  readonly room: BodyRoom;
  readonly submit: Submit;
  readonly refuseEarly: Admission['refuseEarly'];
  readonly clientOf: ClientOf;
  readonly status: (id: string) => Promise<RequestStatus | undefined>;
  readonly shelf: Pick<Shelf, 'getStored'>;
  readonly endings: Pick<Endings, 'wait'>;
  readonly dismiss: Dismissals['dismiss'];
  readonly bodyLimitBytes: number;
  /** The most calls of one client in a minute; 0: no limit. */
  readonly mostPerMinute: number;
  /** The longest wait of a client. */
  readonly waitSeconds: number;
}

/**
 * `/ping`, `/run` and `/multi`, as Model My Watershed calls its geoprocessing service
 * (WikiWatershed's mmw-geoprocessing). A refusal is one sentence of plain text.
 */
export const dropInRoutes: FastifyPluginAsyncTypebox<DropInOptions> = async (app, options) => {
  const config = { sendProblem: sendText };
  const { bodyLimitBytes: bodyLimit, mostPerMinute, reader, room } = options;
  const limited = {
    config: { ...config, begins: true, ...rateOf(mostPerMinute) },
    bodyLimit,
    onRequest: (request: FastifyRequest) => options.refuseEarly(options.clientOf(request), 'dropIn'),
  };
  keepJsonBodies(app, room);
  // Only JSON is taken here.
  app.removeContentTypeParser('text/plain');

  app.get(
    '/ping',
    {
      config: { ...config, needs: 'nothing' },
      schema: { summary: 'Answers pong', response: { ...refused(), 200: text('pong') } },
    },
    async (_request, reply) => reply.type(plainText).send('pong'),
  );

  app.post(
    '/run',
    {
      ...limited,
      schema: {
        summary: 'One operation on polygons, as mmw-geoprocessing does it',
        body: RunBody,
        response: { ...refused(405, 410, 413, 415, 429), 200: RunAnswer },
      },
    },
    async (request, reply) => ask(await reader.run(bytesOf(request), whileWanted(reply)), { request, reply }, options),
  );

  app.post(
    '/multi',
    {
      ...limited,
      schema: {
        summary: 'Several operations on several shapes, as mmw-geoprocessing does them',
        body: MultiBody,
        response: { ...refused(405, 410, 413, 415, 429), 200: MultiAnswer },
      },
    },
    async (request, reply) =>
      ask(await reader.multi(bytesOf(request), whileWanted(reply)), { request, reply }, options),
  );
};

/** The bytes of a body, which is kept as it came. */
function bytesOf({ body }: { readonly body: unknown }): Uint8Array {
  return body as Uint8Array;
}

async function ask(
  { form, ...placed }: DropInRead,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  options: DropInOptions,
) {
  const { reader, room, submit, clientOf, status, shelf, endings, dismiss, waitSeconds } = options;
  const id = newRequestId();
  const signal = whileWanted(reply);
  const ending = endings.wait(id, waitSeconds * 1000, signal);
  await submit(id, placed, { client: clientOf(request), door: 'dropIn', requestId: request.id });
  request.jobId = id;
  room.free(request);
  await ending;
  if (signal.aborted) {
    await dismiss(id);
    throw new ProblemError(408, 'the client has hung up');
  }
  const current = await status(id);
  if (!current || current.state === 'accepted' || current.state === 'running') {
    throw new ProblemError(503, `the answer took longer than ${waitSeconds} seconds and is still computed: ask again`);
  }
  const outputs = await outputsOf(current, {
    shelf,
    outputsOf: async (_status, shelved) => new Map([[resultOutput, shelved]]),
  });
  const bytes = await reader.answer(form, outputs.get(resultOutput) as Shelved);
  reply.header('catchment-cache', current.cache);
  return sendJson(reply, { bytes, encoding: undefined });
}

const plainText = 'text/plain; charset=utf-8';

function sendText(reply: FastifyReply, { status, detail }: Problem) {
  return reply.code(status).type(plainText).send(detail);
}

function text(description: string) {
  return { description, content: { 'text/plain': { schema: Type.String() } } };
}

/** The descriptions of refusals, with further statuses. */
function refused(...more: readonly number[]) {
  return Object.fromEntries([400, ...more, 500, 503].map((status) => [status, text('What is wrong, in one sentence')]));
}
