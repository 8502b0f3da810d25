import { StatusDocument } from '@cellshed/client';
import type { Endings } from '@cellshed/jobs';
import type { Metrics } from '@cellshed/metrics';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { ClientOf } from '../access/client.ts';
import type { CountExecution } from '../access/request-rates.ts';
import type { CachedAnswers } from '../answers/cached-answers.ts';
import { ChoiceQuery, choiceLists } from '../answers/choice-query.ts';
import { formOf } from '../answers/form.ts';
import { formatContent } from '../answers/formats.ts';
import { type AnswerRequest, type MeaningSources, type Meant, meaningOf } from '../answers/meaning.ts';
import { sendForm } from '../answers/sending.ts';
import { describeAnswer, type Shown } from '../answers/showing.ts';
import { isMerelyLooking, robotsText } from '../answers/who-asks.ts';
import { unchanged } from '../http/entity-tags.ts';
import type { RefuseLate } from '../http/load.ts';
import { splitLists } from '../http/paging.ts';
import { ProblemError } from '../problems/problem.ts';
import { nothingDrawn } from '../processes/asked.ts';
import { type ExecuteSources, submitted } from '../processes/execute.ts';
import { resultOutput } from '../processes/process-description.ts';
import { secondsToNextLook, statusDocument } from '../processes/status-document.ts';
import type { Submit } from '../processes/submit.ts';
import type { Reader } from '../reading/reader.ts';
import { outputsOf } from './results.ts';

export interface AreasOptions extends ExecuteSources, MeaningSources {
  readonly answers: CachedAnswers;
  readonly reader: Pick<Reader, 'shown'>;
  readonly submit: Submit;
  readonly clientOf: ClientOf;
  readonly countExecution: CountExecution;
  readonly refuseLate: RefuseLate;
  readonly endings: Pick<Endings, 'wait'>;
  /** Whether an operation is executed synchronously when a client states no preference. */
  readonly isSync: (operation: string) => boolean;
  /** Whether clients need keys. */
  readonly needsKeys: boolean;
  readonly metrics: Pick<Metrics, 'add'>;
}

const url = '/api/areas/:table/:id/:operation';
const asked = {
  params: Type.Object({
    table: Type.String({ description: 'Name of an area table' }),
    id: Type.String({ description: 'Id of an area' }),
    operation: Type.String({ description: 'Name of an operation' }),
  }),
  querystring: ChoiceQuery,
};
const described = {
  operationId: 'getAnswer',
  summary: 'The answer to an operation on a well-known area',
  description:
    'A cached answer comes at once, with an `ETag`: with it in `If-None-Match`, 304 if nothing has changed. ' +
    'Else a job computes it: 202 with its URL in `Location`, or the answer itself if it comes within `Prefer: wait=N` seconds. ' +
    'Nothing is computed for HEAD, for what a browser fetches in advance, or for crawlers: they get 404.',
  headers: Type.Object({
    'if-none-match': Type.Optional(Type.String({ description: 'The `ETag` of an answer that the client has' })),
    prefer: Type.Optional(Type.String({ description: 'respond-async, or wait=N (RFC 7240)' })),
  }),
  response: {
    200: { description: 'The answer', content: formatContent },
    202: StatusDocument,
    304: unchanged,
  },
};

/** The answer to an operation on a well-known area, as a resource that the web can cache. */
export const areasRoutes: FastifyPluginAsyncTypebox<AreasOptions> = async (app, options) => {
  const { answers, reader, needsKeys, metrics } = options;
  const preValidation = splitLists(choiceLists);

  app.get('/robots.txt', { config: { needs: 'nothing' }, schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send(robotsText),
  );

  app.head(url, { schema: { ...asked, hide: true }, preValidation }, async (request, reply) => {
    const meant = await meaningOf(request, options);
    const header = await answers.look(meant.found, 'leave');
    if (!header) throw notComputed(reply);
    const form = formIn(meant, header.valueBytes, request);
    const isNew = describe(request, reply, { ...meant, form, etag: header.etag, times: header });
    const isStored = form.format.name === 'json' && form.encoding === undefined;
    if (isNew && isStored) reply.header('content-length', header.valueBytes);
    return reply.send();
  });

  app.get(url, { schema: { ...asked, ...described }, preValidation }, async (request, reply) => {
    const meant = await meaningOf(request, options);
    const stale = isMerelyLooking(request) ? 'leave' : { refreshFor: request.id };
    const formFor = (bytes: number) => formIn(meant, bytes, request);
    if (request.headers['if-none-match'] !== undefined) {
      // Most often the client has the right one, and its value need not be read.
      const header = await answers.look(meant.found, stale);
      const shown = header && { ...meant, form: formFor(header.valueBytes), etag: header.etag, times: header };
      if (shown && !describe(request, reply, shown)) return reply.send();
    }
    const entry = await answers.read(meant.found, stale);
    if (!entry) return compute(request, reply, meant);
    const form = formFor(entry.valueBytes);
    if (!describe(request, reply, { ...meant, form, etag: entry.etag, times: entry })) return reply.send();
    return sendForm(request, reply, {
      ...form,
      reader,
      stored: { bytes: entry.stored, encoding: entry.encoding, rows: meant.rows },
    });
  });

  /** Has the answer computed, for a client that waits for it. */
  async function compute(request: Asking, reply: FastifyReply, meant: Meant) {
    if (isMerelyLooking(request)) throw notComputed(reply);
    const { admitted } = request;
    if (typeof admitted === 'object' && admitted.scope === 'read') {
      throw new ProblemError(
        403,
        'the key may read only, and this answer is still to be computed; expected one that may execute',
      );
    }
    options.refuseLate();
    await options.countExecution(request, reply);
    const { operation, found } = meant;
    const { area, ...question } = found.request;
    const placed = {
      process: operation.name,
      isMany: false,
      areas: [area],
      questions: [question],
      drawn: nothingDrawn(),
    };
    const { current, ended, base } = await submitted(request, reply, {
      ...options,
      operation: operation.name,
      sync: options.isSync(operation.name),
      submit: (id) =>
        options.submit(id, placed, { client: options.clientOf(request), door: 'api', requestId: request.id }),
      wait: options.endings.wait,
    });
    if (!ended) {
      const now = Date.now();
      reply.headers({ 'cache-control': 'no-store', 'retry-after': secondsToNextLook(now - current.createdAt) });
      return reply.code(202).send(statusDocument(current, { base, now }));
    }
    // Others may be shown this answer from a cache, and the id of a job gives access to it.
    reply.removeHeader('location');
    const shelved = (await outputsOf(current, options)).get(resultOutput);
    if (!shelved || current.result === undefined) throw new ProblemError(500, `job ${current.id} has no result`);
    // A packed result is so large that it stays packed.
    const form = formIn(meant, shelved.encoding === undefined ? shelved.bytes.length : Infinity, request);
    // Both are the hash of the result.
    const etag = current.result.slice(0, 32);
    const header = await answers.look(found, 'leave');
    const times = header?.etag === etag ? header : undefined;
    if (!describe(request, reply, { ...meant, form, etag, times, cache: current.cache })) return reply.send();
    return sendForm(request, reply, { ...form, reader, stored: { ...shelved, rows: meant.rows } });
  }

  /** Describes an answer. What took a job is counted there. */
  function describe(request: Asking, reply: FastifyReply, shown: Shown): boolean {
    const isNew = describeAnswer(request, reply, shown, { needsKeys, now: Date.now() });
    const labels = { operation: shown.operation.name, outcome: String(reply.getHeader('catchment-cache')) };
    if (shown.cache === undefined && request.method === 'GET') metrics.add('catchment_requests_total', labels);
    return isNew;
  }
};

/** The form of an answer whose document has so many bytes. */
function formIn({ format, labels }: Meant, bytes: number, request: Asking) {
  return formOf(format, { bytes, labels }, request);
}

type Asking = AnswerRequest & FastifyRequest;

function notComputed(reply: FastifyReply): ProblemError {
  reply.header('cache-control', 'no-store');
  return new ProblemError(
    404,
    'this has not been computed yet, and nothing is computed for HEAD, prefetches and crawlers',
  );
}
