import type { RequestStatus } from '@catchment/jobs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { chooseFormat, formOf } from '../answers/form.ts';
import { type Format, type FormatName, formatQuery } from '../answers/formats.ts';
import { describeForm, sendForm } from '../answers/sending.ts';
import { varyOn } from '../http/encodings.ts';
import { ProblemError } from '../problems/problem.ts';
import { resultOutput } from '../processes/process-description.ts';
import type { Reader } from '../reading/reader.ts';
import { outputsOf, type ResultSources, sendOutputs } from './results.ts';

export interface ShownSources extends ResultSources {
  readonly reader: Pick<Reader, 'shown'>;
  /** Whether the results of a process are result documents. */
  readonly hasDocuments: (process: string) => boolean;
}

/** The query by which a client chooses the format of results. */
export const shownQuery = Type.Object(formatQuery, { additionalProperties: false });

/**
 * The format of a process's results that a client wants. Throws a ProblemError (406) where there is
 * none.
 */
export function resultFormat(
  { headers, query }: Pick<FastifyRequest, 'headers' | 'query'>,
  process: string,
  { hasDocuments }: Pick<ShownSources, 'hasDocuments'>,
): Format {
  const { f } = query as { readonly f?: FormatName };
  const format = chooseFormat({ headers, f }, ['multipart/related']);
  if (format.name === 'json' || hasDocuments(process)) return format;
  const where = f === undefined ? `accept: is ${format.mediaType}` : `f: is ${f}`;
  throw new ProblemError(406, `${where}, but the results of process ${process} are no table, expected json`);
}

/**
 * Sends the results of a request: as JSON in the outputs that were asked for, else the documents in
 * another format. Throws the Problem that says why there are none. `url` is that of the results.
 */
export async function sendResults(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, format, url, ...sources }: ShownSources & { status: RequestStatus; format: Format; url: string },
) {
  const outputs = await outputsOf(status, sources);
  varyOn(reply, 'accept');
  if (format.name === 'json') return sendOutputs(reply, status, { outputs, url });
  const stored = outputs.get(resultOutput);
  if (!stored) throw new ProblemError(500, `job ${status.id} has no result`);
  // A packed result is so large that it stays packed.
  const form = formOf(format, { bytes: stored.encoding === undefined ? stored.bytes.length : Infinity }, request);
  reply.header('catchment-cache', status.cache);
  describeForm(reply, form, `${status.operation}-${status.id.slice(0, 8)}`);
  return sendForm(request, reply, { ...form, stored, reader: sources.reader });
}
