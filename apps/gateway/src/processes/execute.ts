import { StatusDocument } from '@cellshed/client';
import { type Ending, type FinishResult, newRequestId, type RequestStatus, statusOfEnded } from '@cellshed/jobs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { BaseUrl } from '../http/links.ts';
import { parsePrefer, preferencesApplied, secondsToWait } from '../http/prefer.ts';
import { ProblemError } from '../problems/problem.ts';
import { resultResponses } from '../routes/results.ts';
import { resultFormat, type ShownSources, sendResults, shownQuery } from '../routes/shown.ts';
import { statusDocument } from './status-document.ts';

/** The sources of an answer to an execution of any process. */
export interface ExecuteSources extends ShownSources {
  readonly status: (id: string) => Promise<RequestStatus | undefined>;
  readonly waitLimitSeconds: number;
  readonly baseOf: BaseUrl;
}

/** A request to a process, and the wait for its end. */
export interface Submission extends Pick<RequestStatus, 'operation' | 'answer'> {
  /** Whether the process is executed synchronously when a client states no preference. */
  readonly sync: boolean;
  readonly submit: (id: string) => Promise<void>;
  readonly wait: (id: string, milliseconds: number) => Promise<Ending | undefined>;
}

/** The header, the query and the responses of every execution. */
export const executeSchema = {
  description:
    'With `Prefer: wait=N` the result itself (200) if it is there within N seconds, else the status (201). With `Prefer: respond-async` the status at once.',
  headers: Type.Object({ prefer: Type.Optional(Type.String({ description: 'respond-async, or wait=N (RFC 7240)' })) }),
  querystring: shownQuery,
  response: { ...resultResponses, 201: StatusDocument },
};

/**
 * Submits a request and answers with its outputs if they come while the client waits, else with its
 * status.
 */
export async function execute(request: FastifyRequest, reply: FastifyReply, asked: Submission & ExecuteSources) {
  const format = resultFormat(request, asked, asked);
  const { current, ended, base, url } = await submitted(request, reply, asked);
  if (!ended) return reply.code(201).send(statusDocument(current, { base, now: Date.now() }));
  reply.header('link', `<${url}>; rel=monitor; type="application/json"`);
  return sendResults(request, reply, { ...asked, status: current, format, url: `${url}/results` });
}

/** A request that was submitted, after the time for which its client waits. */
export interface Submitted {
  readonly current: RequestStatus;
  /** Whether it has ended. */
  readonly ended: boolean;
  readonly base: string;
  /** The URL of the job. */
  readonly url: string;
}

/**
 * Submits a request, and waits for its end as long as the client prefers. Sets the headers that
 * lead to the job.
 */
export async function submitted(
  request: FastifyRequest,
  reply: FastifyReply,
  { operation, answer, sync, submit, wait, ...sources }: Submission & Omit<ExecuteSources, keyof ShownSources>,
): Promise<Submitted> {
  const preferences = parsePrefer([request.headers.prefer ?? []].flat().join(','));
  const seconds = secondsToWait(preferences, { syncByDefault: sync, limitSeconds: sources.waitLimitSeconds });
  const [id, createdAt] = [newRequestId(), Date.now()];
  const ending = seconds > 0 ? wait(id, seconds * 1000) : undefined;
  await submit(id);
  request.jobId = id;
  const end = await ending;
  const ended = end !== undefined;
  const returned = end && 'returned' in end ? (end.returned as FinishResult) : undefined;
  const asked = { id, operation, ...(answer && { answer }) };
  const current = returned
    ? statusOfEnded(asked, { createdAt, finishedAt: Date.now() }, returned)
    : await sources.status(id);
  if (!current) throw new ProblemError(503, 'the job was lost right after it was added to the queue');
  const base = sources.baseOf(request);
  const url = `${base}/api/jobs/${id}`;
  const applied = preferencesApplied(preferences, { waited: seconds, ended });
  reply.header('location', url);
  if (applied !== undefined) reply.header('preference-applied', applied);
  return { current, ended, base, url };
}
