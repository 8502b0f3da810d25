import { gunzipSync } from 'node:zlib';
import type { Catalog, OpenAreas } from '@catchment/catalog';
import { type Definition, type ResultDocument, rastersByRole } from '@catchment/contracts';
import type { Shelved } from '@catchment/jobs';
import {
  answerTable,
  shownDocument,
  sourcesOf,
  type TabledOperation,
  type TableFormatName,
  type TableRow,
  tableFormats,
} from '@catchment/tables';
import { resultsIn } from '../drop-in/answer-of.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { namedAreas, placedAreas } from './shown-areas.ts';

/** A form in which the results of a request are shown, beside the documents themselves. */
export type ShownAs = 'labelled' | TableFormatName;

/** The forms by their names, with their media types. */
export const shownAs: Readonly<Record<ShownAs, { readonly mediaType: string }>> = {
  labelled: { mediaType: 'application/json' },
  ...tableFormats,
};

export interface ShownSources {
  readonly catalog: Pick<Catalog, 'operations' | 'rasters' | 'areas'>;
  readonly tables: Pick<OpenAreas, 'use'>;
}

/** The most bytes of a table: polygons are repeated in each row of GeoJSON. */
const mostBytes = 128 * 2 ** 20;

/**
 * The results that the shelf has of a request, in another form. Labels, titles and units are the
 * catalog's as it is now. Throws a ProblemError for a table that is too large, and for results of
 * an operation that is no longer in the catalog.
 */
export async function shownResults(form: ShownAs, { bytes, encoding }: Shelved, sources: ShownSources) {
  const text = encoding === undefined ? bytes : gunzipSync(bytes);
  if (form === 'labelled') return labelled(text, sources);
  const results = resultsIn(text);
  const asked = results.map((document) => operationOf(document, sources));
  const answers = answerTable(asked, sources.catalog);
  const { hasGeometry, bytes: bytesOf } = tableFormats[form];
  const areaOf = hasGeometry
    ? placedAreas(sources)
    : await namedAreas(
        results.map(({ area }) => area),
        sources,
      );
  async function* rows(): AsyncGenerator<TableRow> {
    for (const document of results) {
      const { polygons, ...area } = await areaOf(document.area);
      for (const values of answers.rowsOf(document, area)) yield { values, polygons };
    }
  }
  const pieces: Uint8Array[] = [];
  let length = 0;
  const table = { columns: answers.columns, rows: rows(), sources: sourcesOf(results, sources.catalog) };
  for await (const piece of bytesOf(table)) {
    length += piece.length;
    if (length > mostBytes)
      throw new ProblemError(400, `f: the ${form} takes more than ${mostBytes} bytes, expected csv or parquet`);
    pieces.push(piece);
  }
  return joined(pieces, length);
}

function labelled(text: Uint8Array, { catalog }: ShownSources): Uint8Array {
  const isMany = 'results' in JSON.parse(Buffer.from(text).toString());
  const shown = resultsIn(text).map((document) => shownDocument(document, catalog));
  return ownBytes(Buffer.from(JSON.stringify(isMany ? { results: shown } : shown[0])));
}

/** The operation of a result, as it was asked for. */
function operationOf(document: ResultDocument, { catalog }: ShownSources): TabledOperation {
  const { operation, rasters } = document;
  const type = catalog.operations.get(operation)?.type;
  if (type === undefined)
    throw new ProblemError(400, `f: operation ${operation} is not in the catalog any more, expected json`);
  const quantiles = 'quantiles' in document ? { quantiles: document.quantiles.map(({ quantile }) => quantile) } : {};
  return {
    operation,
    definition: { type, rasters, ...rastersByRole(document), ...quantiles } as unknown as Definition,
  };
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Bytes that fill their buffer alone, so that they can be given to another thread. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return joined([bytes], bytes.length);
}
