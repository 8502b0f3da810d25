import { StatusDocument } from '@catchment/client';
import { type Ending, newRequestId, type RequestStatus } from '@catchment/jobs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { BaseUrl } from '../links.ts';
import { parsePrefer, preferencesApplied, secondsToWait } from '../prefer.ts';
import { ProblemError } from '../problem.ts';
import { statusDocument } from '../status-document.ts';
import { outputsOf, type ResultSources, resultResponses, sendOutputs } from './results.ts';

/** What answering an execution needs, whatever the process. */
export interface ExecuteSources extends ResultSources {
  readonly status: (id: string) => Promise<RequestStatus | undefined>;
  readonly waitLimitSeconds: number;
  readonly baseOf: BaseUrl;
}

/** How a process takes a request. */
export interface Submission {
  /** Whether the process is executed synchronously when a client does not say. */
  readonly sync: boolean;
  readonly submit: (id: string) => Promise<void>;
  readonly wait: (id: string, milliseconds: number) => Promise<Ending | undefined>;
}

/** The header and the responses of every execution. */
export const executeSchema = {
  description:
    'With `Prefer: wait=N` the result itself (200) if it is there within N seconds, else the status (201). With `Prefer: respond-async` the status at once.',
  headers: Type.Object({ prefer: Type.Optional(Type.String({ description: 'respond-async, or wait=N (RFC 7240)' })) }),
  response: { ...resultResponses, 201: StatusDocument },
};

/**
 * Enters a request and answers: its outputs if they are waited for and come in time, else its
 * status.
 */
export async function execute(
  request: FastifyRequest,
  reply: FastifyReply,
  { sync, submit, wait, ...sources }: Submission & ExecuteSources,
) {
  const preferences = parsePrefer([request.headers.prefer ?? []].flat().join(','));
  const seconds = secondsToWait(preferences, { syncByDefault: sync, limitSeconds: sources.waitLimitSeconds });
  const id = newRequestId();
  const ending = seconds > 0 ? wait(id, seconds * 1000) : undefined;
  await submit(id);
  const ended = (await ending) !== undefined;
  const current = await sources.status(id);
  if (!current) throw new ProblemError(503, 'the job was removed from the queue right after it was added');
  const base = sources.baseOf(request);
  const url = `${base}/api/jobs/${id}`;
  const applied = preferencesApplied(preferences, { waited: seconds, ended });
  reply.header('location', url);
  if (applied !== undefined) reply.header('preference-applied', applied);
  if (!ended) return reply.code(201).send(statusDocument(current, { base, now: Date.now() }));
  reply.header('link', `<${url}>; rel=monitor; type="application/json"`);
  return sendOutputs(reply, current, { outputs: await outputsOf(current, sources), url: `${url}/results` });
}
