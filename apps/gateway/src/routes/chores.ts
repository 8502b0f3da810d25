import { type ChoreAsk, type ChoreStatus, type Chores, choreAsks } from '@cellshed/jobs';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import Type from 'typebox';
import { type ChoreSources, choreRefusal } from '../admin/chore-asks.ts';
import { choreDocument } from '../admin/chore-document.ts';
import { ProblemError, refused } from '../problems/problem.ts';

export interface ChoresOptions extends ChoreSources {
  readonly chores: Chores;
  /** Admits operators. */
  readonly admit: onRequestHookHandler;
  /** Whether there is neither a token nor a key by which an operator is known. */
  readonly isOff: boolean;
  /** Why chores wait: nobody does them. */
  readonly choresWait: () => Promise<string | undefined>;
}

/** The paths at which each kind of chore is asked for. */
const paths = { warm: 'warm', invalidate: 'invalidate', tally: 'tally/build', load: 'load' } as const;

/** Refuses everything under some paths of an operator that nobody could be known as. */
export function switchedOff(app: Parameters<FastifyPluginAsyncTypebox>[0], urls: readonly string[]): void {
  for (const url of urls) {
    app.all(url, { schema: { hide: true } }, async () => {
      throw new ProblemError(
        404,
        'chores over HTTP are switched off: set ADMIN_TOKEN, or API_KEYS=required, to switch them on',
      );
    });
  }
}

/**
 * Chores for operators: warm, invalidate, build tallies and load, each as a job that can be
 * followed, paused and cancelled. The routes need a key and are in no public document.
 */
export const choresRoutes: FastifyPluginAsyncTypebox<ChoresOptions> = async (app, options) => {
  const { chores, admit, isOff, choresWait } = options;
  if (isOff) {
    switchedOff(app, [...Object.values(paths).map((path) => `/admin/${path}`), '/admin/chores', '/admin/chores/*']);
    return;
  }
  app.addHook('onRequest', admit);
  const hide = true;

  for (const kind of Object.keys(paths) as (keyof typeof paths)[]) {
    app.post(`/admin/${paths[kind]}`, { schema: { hide, body: choreAsks[kind] } }, async (request, reply) => {
      const ask = { kind, ...(request.body as object) } as ChoreAsk;
      const refusal = await choreRefusal(ask, options);
      if (refusal) throw refused(refusal);
      const entered = await chores.ask(ask, {
        ...{ by: nameOf(request), idempotencyKey: idempotencyKeyOf(request), requestId: request.id },
      });
      if (entered.outcome === 'full') throw new ProblemError(429, 'as many chores are under way as may: cancel some');
      if (entered.outcome === 'other') {
        throw new ProblemError(
          409,
          `Idempotency-Key: something else was asked for with it (${entered.id}), expected another key`,
        );
      }
      const status = await chores.read(entered.id);
      if (!status) throw noChore(entered.id);
      return send(reply.code(entered.outcome === 'new' ? 202 : 200), status);
    });
  }

  app.get(
    '/admin/chores',
    { schema: { hide, querystring: Type.Object({ state: Type.Optional(Type.Enum(['underWay', 'all'])) }, closed) } },
    async ({ query }) => {
      const [all, waitsFor] = await Promise.all([chores.list(query.state ?? 'all'), choresWait()]);
      return { chores: all.map((one) => choreDocument(one, waitsFor)) };
    },
  );

  const named = { params: Type.Object({ id: Type.String() }) };
  app.get('/admin/chores/:id', { schema: { hide, ...named } }, async ({ params: { id } }, reply) =>
    send(reply, existing(await chores.read(id), id)),
  );
  app.get(
    '/admin/chores/:id/failures',
    {
      schema: {
        ...{ hide, ...named },
        querystring: Type.Object(
          {
            limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
            offset: Type.Integer({ minimum: 0, default: 0 }),
          },
          closed,
        ),
      },
    },
    async ({ params: { id }, query }) => {
      const { counts } = existing(await chores.read(id), id);
      const { failures, kept } = await chores.failures(id, query);
      return { failures, failed: counts.failed ?? 0, kept };
    },
  );
  app.post('/admin/chores/:id/pause', { schema: { hide, ...named } }, async ({ params: { id } }, reply) => {
    const before = existing(await chores.pause(id), id);
    if (hasEnded(before) || before.state === 'cancelling') throw conflict(before, 'one that is under way');
    return send(reply, existing(await chores.read(id), id));
  });
  app.post('/admin/chores/:id/resume', { schema: { hide, ...named } }, async ({ params: { id } }, reply) => {
    const before = existing(await chores.resume(id), id);
    if (before.state === 'done' || before.state === 'cancelled' || before.state === 'cancelling')
      throw conflict(before, 'one that is paused or has failed');
    return send(reply, existing(await chores.read(id), id));
  });
  app.delete('/admin/chores/:id', { schema: { hide, ...named } }, async ({ params: { id } }, reply) => {
    existing(await chores.cancel(id), id);
    return send(reply, existing(await chores.read(id), id));
  });

  async function send(reply: FastifyReply, status: ChoreStatus) {
    const document = choreDocument(status, status.state === 'waiting' ? await choresWait() : undefined);
    return reply.header('location', document.links.self).send(document);
  }
};

const closed = { additionalProperties: false };

function hasEnded({ state }: ChoreStatus): boolean {
  return state === 'done' || state === 'cancelled' || state === 'failed';
}

function existing(status: ChoreStatus | undefined, id: string): ChoreStatus {
  if (!status) throw noChore(id);
  return status;
}

function noChore(id: string): ProblemError {
  return new ProblemError(404, `there is no chore ${JSON.stringify(id.slice(0, 100))}`);
}

function conflict({ id, state }: ChoreStatus, expected: string): ProblemError {
  return new ProblemError(409, `chore ${id} is ${state}, expected ${expected}`);
}

/** The name of who asks, for the list of chores. */
function nameOf({ admitted }: Pick<FastifyRequest, 'admitted'>): string {
  return admitted === undefined || admitted === 'operator' ? 'operator' : `key ${admitted.name}`;
}

/** The name that a client gives its question. */
function idempotencyKeyOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const shown = JSON.stringify(String(key).slice(0, 100));
  throw new ProblemError(400, `Idempotency-Key: is ${shown}, expected 1 to 255 letters, digits and signs`);
}
