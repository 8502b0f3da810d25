import { type ChoreAsk, choreAsks, type Schedule, type Schedules, scheduleProblem } from '@cellshed/jobs';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { onRequestHookHandler } from 'fastify';
import Type from 'typebox';
import { type ChoreSources, choreRefusal } from '../admin/chore-asks.ts';
import { validated } from '../http/validated.ts';
import { ProblemError, refused } from '../problems/problem.ts';
import { switchedOff } from './chores.ts';

export interface SchedulesOptions extends ChoreSources {
  readonly schedules: Schedules;
  /** Admits operators. */
  readonly admit: onRequestHookHandler;
  /** Whether there is neither a token nor a key by which an operator is known. */
  readonly isOff: boolean;
}

const closed = { additionalProperties: false };
const kinds = ['warm', 'invalidate', 'tally', 'load'] as const;
const Body = Type.Object(
  {
    cron: Type.String({ minLength: 1, maxLength: 100 }),
    timeZone: Type.String({ minLength: 1, maxLength: 100, default: 'UTC' }),
    /** The kind of a chore, and what is asked of it. */
    chore: Type.Object({ kind: Type.Enum([...kinds]) }, { additionalProperties: true }),
  },
  closed,
);
const check = Object.fromEntries(kinds.map((kind) => [kind, validated(choreAsks[kind])]));

/** The times at which chores are asked for by themselves. The routes are in no public document. */
export const schedulesRoutes: FastifyPluginAsyncTypebox<SchedulesOptions> = async (app, options) => {
  const { schedules, admit, isOff } = options;
  if (isOff) return switchedOff(app, ['/admin/schedules', '/admin/schedules/*']);
  app.addHook('onRequest', admit);
  const hide = true;
  const named = { params: Type.Object({ name: Type.String() }) };

  app.get('/admin/schedules', { schema: { hide } }, async () => ({
    schedules: (await schedules.list()).map(scheduleDocument),
  }));
  app.get('/admin/schedules/:name', { schema: { hide, ...named } }, async ({ params: { name } }) => {
    const found = await schedules.read(checkedName(name));
    if (!found) throw noSchedule(name);
    return scheduleDocument(found);
  });
  app.put('/admin/schedules/:name', { schema: { hide, ...named, body: Body } }, async ({ params, body }, reply) => {
    const name = checkedName(params.name);
    const { cron, timeZone, chore } = body;
    const problem = scheduleProblem({ cron, timeZone });
    if (problem) throw refused(problem);
    const { kind, ...asked } = chore as { readonly kind: (typeof kinds)[number] };
    const ask = { kind, ...(check[kind]?.(asked) as object) } as ChoreAsk;
    const refusal = await choreRefusal(ask, options);
    if (refusal) throw refused(refusal, 'chore');
    const before = await schedules.set({ name, cron, timeZone, asked: ask });
    if (before === 'full') throw new ProblemError(429, 'there are as many schedules as may be: delete some');
    const set = await schedules.read(name);
    if (!set) throw noSchedule(name);
    return reply.code(before ? 200 : 201).send(scheduleDocument(set));
  });
  app.delete('/admin/schedules/:name', { schema: { hide, ...named } }, async ({ params: { name } }, reply) => {
    if (!(await schedules.remove(checkedName(name)))) throw noSchedule(name);
    return reply.code(204).send();
  });
};

function scheduleDocument({ name, cron, timeZone, asked, next }: Schedule) {
  return { name, cron, timeZone, chore: asked, ...(next !== undefined && { next: new Date(next).toISOString() }) };
}

function checkedName(name: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) return name;
  const shown = JSON.stringify(name.slice(0, 100));
  throw new ProblemError(400, `name: is ${shown}, expected up to 63 small letters, digits and hyphens`);
}

function noSchedule(name: string): ProblemError {
  return new ProblemError(404, `there is no schedule called ${JSON.stringify(name.slice(0, 100))}`);
}
