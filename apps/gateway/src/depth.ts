import type { FastifyInstance } from 'fastify';
import { ProblemError } from './problem.ts';

/** A collection of GeoJSON in an execution has some twenty levels. */
const mostLevels = 64;

/** Refuses bodies that are nested deeper than anything that is meant: who walks through one would run out of stack. Before any route. */
export function refuseDeepBodies(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ body }) => refuseDeep(body, 'the body'));
}

/** Throws a ProblemError (400) for JSON that is nested too deeply; `member` is what it is called. */
export function refuseDeep(json: unknown, member: string): void {
  if (isDeeper(json, mostLevels)) {
    throw new ProblemError(400, `${member}: is nested more than ${mostLevels} levels deep, the most that is accepted`);
  }
}

function isDeeper(json: unknown, levels: number): boolean {
  if (typeof json !== 'object' || json === null) return false;
  if (levels === 0) return true;
  const members: readonly unknown[] = Array.isArray(json) ? json : Object.values(json);
  return members.some((member) => isDeeper(member, levels - 1));
}
