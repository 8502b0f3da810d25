import type { RequestStatus, Shelf, Shelved } from '@cellshed/jobs';
import type { RowKind } from '@cellshed/tables';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { chooseFormat, chooseRows, formOf } from '../answers/form.ts';
import { type Format, type FormatName, formatQuery, isTable } from '../answers/formats.ts';
import { describeForm, sendForm } from '../answers/sending.ts';
import { varyOn } from '../http/encodings.ts';
import { ProblemError } from '../problems/problem.ts';
import { resultOutput } from '../processes/process-description.ts';
import type { Reader } from '../reading/reader.ts';
import { outputsOf, type ResultSources, sendOutputs } from './results.ts';

export interface ShownSources extends ResultSources {
  readonly shelf: Pick<Shelf, 'getStored' | 'getNames'>;
  readonly reader: Pick<Reader, 'shown'>;
  /** Whether the results of a process are result documents. */
  readonly hasDocuments: (process: string) => boolean;
}

/** The query by which a client chooses the format of results. */
export const shownQuery = Type.Object(formatQuery, { additionalProperties: false });

/**
 * The format of a request's results that a client wants: in the query, when it asked, or in
 * `Accept`. Throws a ProblemError (406) where there is none.
 */
export function resultFormat(
  { headers, query }: Pick<FastifyRequest, 'headers' | 'query'>,
  { operation: process, answer }: Pick<RequestStatus, 'operation' | 'answer'>,
  { hasDocuments }: Pick<ShownSources, 'hasDocuments'>,
): Format {
  const { f = answer?.format as FormatName | undefined } = query as { readonly f?: FormatName };
  const format = chooseFormat({ headers, f }, ['multipart/related']);
  chooseRows(query as { readonly rows?: RowKind }, format);
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
  if (format.name === 'json' || isWantedByLink(request, status, format))
    return sendOutputs(reply, status, { outputs, url });
  return sendShown(request, reply, { ...sources, status, format, stored: outputs.get(resultOutput) });
}

/** Whether a client has asked for a link to the result in this format, and now for nothing else. */
function isWantedByLink(
  { query }: Pick<FastifyRequest, 'query'>,
  { answer }: RequestStatus,
  { name }: Format,
): boolean {
  const { f } = query as { readonly f?: FormatName };
  return f === undefined && name === answer?.format && answer.outputs[resultOutput] === 'reference';
}

/** Sends the result of a request in another format than JSON. */
export async function sendShown(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, format, stored, shelf, reader }: Pick<ShownSources, 'shelf' | 'reader'> & ShownRequest,
) {
  if (!stored) throw new ProblemError(500, `job ${status.id} has no result`);
  const names = status.answer?.named && isTable(format) ? await shelf.getNames(status.id) : undefined;
  // A packed result is so large that it stays packed.
  const form = formOf(format, { bytes: stored.encoding === undefined ? stored.bytes.length : Infinity }, request);
  reply.header('catchment-cache', status.cache);
  describeForm(reply, form, `${status.operation}-${status.id.slice(0, 8)}`);
  const rows = chooseRows(request.query as { readonly rows?: RowKind }, format);
  return sendForm(request, reply, { ...form, stored: { ...stored, names, rows }, reader });
}

interface ShownRequest {
  readonly status: RequestStatus;
  readonly format: Format;
  readonly stored: Shelved | undefined;
}
