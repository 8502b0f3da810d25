import type { IncomingHttpHeaders } from 'node:http';
import type { RequestStatus } from '@catchment/jobs';
import type { FastifyReply } from 'fastify';
import Negotiator from 'negotiator';
import Type from 'typebox';
import { type ShownAs, shownAs } from '../answers/shown-results.ts';
import { varyOn } from '../http/encodings.ts';
import { ProblemError } from '../problems/problem.ts';
import { resultOutput } from '../processes/process-description.ts';
import type { Reader } from '../reading/reader.ts';
import { outputsOf, type ResultSources } from './results.ts';

export interface ShownOutputs {
  readonly reader: Pick<Reader, 'shown'>;
  /** Whether the results of a process are result documents. */
  readonly hasDocuments: (process: string) => boolean;
}

const names = Object.keys(shownAs) as ShownAs[];

/** The member of a query that chooses how results are shown, before the header `Accept`. */
export const shownQuery = {
  f: Type.Optional(
    Type.Enum(['json', ...names], {
      description:
        'json: as they are; labelled: with labels, square metres, units and sources; csv, parquet, geojson: a row for each area and group. Default: as the header `Accept` says',
    }),
  ),
};

/** The form that a client wants; undefined: the documents as they are. */
export function shownForm(headers: IncomingHttpHeaders, f: 'json' | ShownAs | undefined): ShownAs | undefined {
  if (f !== undefined) return f === 'json' ? undefined : f;
  if (!headers.accept?.trim()) return undefined;
  const types = ['application/json', ...names.map((name) => shownAs[name].mediaType)];
  const wanted = new Negotiator({ headers }).mediaType(types);
  return names.find((name) => name !== 'labelled' && shownAs[name].mediaType === wanted);
}

/** The results of a request in another form. Throws the Problem that says why there are none. */
export async function shownOutput(status: RequestStatus, form: ShownAs, options: ResultSources & ShownOutputs) {
  const { operation } = status;
  if (!options.hasDocuments(operation))
    throw new ProblemError(406, `f: is ${form}, but the results of process ${operation} are no table, expected json`);
  const output = (await outputsOf(status, options)).get(resultOutput);
  if (!output) throw new ProblemError(500, `job ${status.id} has no result`);
  return options.reader.shown(form, output);
}

/** Sends results in a form, as a file that a browser can name. */
export function sendShown(reply: FastifyReply, form: ShownAs, bytes: Uint8Array) {
  const { mediaType } = shownAs[form];
  varyOn(reply, 'accept');
  reply.type(mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType);
  if (form !== 'labelled') reply.header('content-disposition', `inline; filename="result.${form}"`);
  return reply.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}
