import type { Catalog } from '@cellshed/catalog';
import { type Definition, isRefusal, type ResultDocument, rastersByRole } from '@cellshed/contracts';
import {
  answerTable,
  type RowKind,
  shownDocument,
  sourcesOf,
  type TabledArea,
  type TabledOperation,
  type TableRow,
  tableFormats,
  withRows,
} from '@cellshed/tables';
import type { Packed } from '../http/encodings.ts';
import { ProblemError, refused } from '../problems/problem-error.ts';
import type { AreaNames } from '../processes/area-names.ts';
import { type Apart, documentsApart } from './documents-apart.ts';
import type { ShownAs } from './formats.ts';
import { type AreaSources, namedAreas, placedAreas } from './shown-areas.ts';

export interface ShownSources extends AreaSources {
  readonly catalog: Pick<Catalog, 'operations' | 'rasters' | 'areas'>;
}

/** A stored result, and how it is shown as a table. */
export interface ToShow extends Packed {
  /** The names of the areas that were drawn for it, as JSON. */
  readonly names?: Uint8Array | undefined;
  readonly rows?: RowKind | undefined;
}

/**
 * A stored result in another format, in pieces. Labels, titles and units are the catalog's as it is
 * now. The documents are read one after the other, a table's twice: its columns follow from all of
 * them. Throws a ProblemError before the first piece for an operation that is no longer in the
 * catalog, and for rows that no answer has.
 */
export async function* shownPieces(
  form: ShownAs,
  stored: ToShow,
  sources: ShownSources,
): AsyncGenerator<Uint8Array, void> {
  if (form === 'labelled') return yield* labelledPieces(stored, sources);
  const asked = withRows(await operationsIn(stored, sources), stored.rows);
  if (isRefusal(asked)) throw refused(asked);
  const answers = answerTable(asked, sources.catalog);
  const { hasGeometry, bytes } = tableFormats[form];
  const nameOf = areaNamer(stored);
  async function* rows(): AsyncGenerator<TableRow> {
    let place = 0;
    for await (const documents of inPortions(documentsApart(stored))) {
      const areas = documents.map(({ area }) => area);
      const areaOf = hasGeometry ? placedAreas(areas, sources) : await namedAreas(areas, sources);
      for (const document of documents) {
        const { polygons, ...area } = await areaOf(document.area);
        const named = nameOf(area, place++);
        for (const values of answers.rowsOf(document, named)) yield { values, polygons };
      }
    }
  }
  const rasters = asked.map(({ definition }) => definition);
  yield* bytes({ columns: answers.columns, rows: rows(), sources: sourcesOf(rasters, sources.catalog) });
}

/**
 * Names the area of the result at a place as its client has: by its own id, which is in no table of
 * the catalog.
 */
function areaNamer({ names }: ToShow): (area: TabledArea, place: number) => TabledArea {
  if (!names) return (area) => area;
  const { each, areas }: AreaNames = JSON.parse(Buffer.from(names).toString());
  return (area, place) => {
    const { id, name } = areas[Math.floor(place / each)] ?? {};
    if (id !== undefined) return { table: null, id, name };
    return name === undefined ? area : { ...area, name };
  };
}

async function* labelledPieces(stored: Packed, { catalog }: ShownSources): AsyncGenerator<Uint8Array, void> {
  let before = '{"results":[';
  for await (const { document, isOnly } of documentsApart(stored)) {
    const text = JSON.stringify(shownDocument(document, catalog));
    if (isOnly) return yield Buffer.from(text);
    yield Buffer.from(before + text);
    before = ',';
  }
  yield Buffer.from(before === ',' ? ']}' : `${before}]}`);
}

/** The operations of results, each once, in their order. */
async function operationsIn(stored: Packed, { catalog }: ShownSources): Promise<readonly TabledOperation[]> {
  const asked = new Map<string, TabledOperation>();
  for await (const { document } of documentsApart(stored)) {
    const one = operationOf(document, catalog);
    asked.set(JSON.stringify(one), one);
  }
  return [...asked.values()];
}

/** The operation of a result, as it was asked for. */
function operationOf(document: ResultDocument, { operations }: Pick<Catalog, 'operations'>): TabledOperation {
  const { operation, rasters } = document;
  const type = operations.get(operation)?.type;
  if (type === undefined)
    throw new ProblemError(400, `f: operation ${operation} is not in the catalog any more, expected json`);
  const choices = {
    ...('quantiles' in document && { quantiles: document.quantiles.map(({ quantile }) => quantile) }),
    ...('squareMetres' in document && { cellAreas: true }),
  };
  return { operation, definition: { type, rasters, ...rastersByRole(document), ...choices } as unknown as Definition };
}

/** The limits of documents whose areas are looked up together. */
const [mostDocuments, mostBytes] = [200, 256 * 1024];

async function* inPortions(documents: AsyncIterable<Apart>): AsyncGenerator<readonly ResultDocument[]> {
  let [portion, size]: [ResultDocument[], number] = [[], 0];
  for await (const { document, bytes } of documents) {
    portion.push(document);
    size += bytes;
    if (portion.length < mostDocuments && size < mostBytes) continue;
    yield portion;
    [portion, size] = [[], 0];
  }
  if (portion.length > 0) yield portion;
}
