import type { FastifyReply, FastifyRequest } from 'fastify';
import { inEncoding, packedStream, varyOn } from '../http/encodings.ts';
import { whileWanted } from '../http/while-wanted.ts';
import type { Reader } from '../reading/reader.ts';
import { type Form, formHeaders } from './form.ts';
import { type Format, isTable } from './formats.ts';
import type { ToShow } from './shown-results.ts';

/** Sets the headers of a result in a form. `file` is the name of a table, without its ending. */
export function describeForm(
  reply: FastifyReply,
  { format, encoding }: Pick<Form, 'format' | 'encoding'>,
  file: string,
) {
  varyOn(reply, ...formHeaders);
  reply.code(200).type(contentType(format));
  if (encoding) reply.header('content-encoding', encoding);
  if (isTable(format)) reply.header('content-disposition', `inline; filename="${fileName(file)}.${format.name}"`);
}

/**
 * Sends a stored result in a form whose headers are set. HEAD has these alone, and nothing is made
 * for it.
 */
export async function sendForm(
  { method }: Pick<FastifyRequest, 'method'>,
  reply: FastifyReply,
  { format: { name }, encoding, stored, reader }: Pick<Form, 'format' | 'encoding'> & StoredResult,
) {
  if (method === 'HEAD') return reply.send();
  if (name === 'json') return reply.send(inEncoding(stored, encoding));
  const shown = await reader.shown(name, stored, whileWanted(reply));
  return reply.send(encoding ? packedStream(shown, encoding) : shown);
}

export interface StoredResult {
  readonly stored: ToShow;
  readonly reader: Pick<Reader, 'shown'>;
}

function contentType({ mediaType }: Format): string {
  return mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType;
}

/** A text as a name that every file system takes. */
function fileName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(0, 100);
}
