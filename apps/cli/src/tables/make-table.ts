import type { AreaTable } from '@cellshed/areas';
import { type CatalogAreaTable, openAreas } from '@cellshed/catalog';
import { areaFilter, openVersions, partOf } from '@cellshed/chores';
import { type OperationAhead, openOperations, openUnits } from '@cellshed/operations';
import { inThisThread } from '@cellshed/pool/in-this-thread';
import { rasterCacheOf, readSettings } from '@cellshed/settings';
import { answerTable, type RowKind, sourcesOf, type TableRow } from '@cellshed/tables';
import { openThreads } from '../archive/open-threads.ts';
import { poolWhenNeeded } from '../archive/pool-when-needed.ts';
import { type Asked, ask, countOf } from '../archive/precomputation.ts';
import type { TableSummary } from '../json-documents.ts';
import { progressBar } from '../text/progress-bar.ts';
import type { AskedUnits } from './asked-units.ts';
import { type ChosenAreas, chooseAreas } from './choose-areas.ts';
import { type AreaFinder, namedAreas, placedAreas, unitedPlaces } from './placed-areas.ts';
import { areaSource, inOwnWords, retelling, type TableAreas } from './table-areas.ts';
import { type FileFormat, writeTable } from './table-file.ts';
import { tabledOperations } from './table-operations.ts';
import { type ResultsOutcome, removeResults, StoppedError, tableResults } from './table-results.ts';
import { tableSummary } from './table-summary.ts';
import { unlabelledValues } from './unlabelled.ts';
import { upstreamTotals } from './upstream-totals.ts';

export interface TableWork {
  readonly out: string;
  readonly format: FileFormat;
  readonly catalogPath: string;
  readonly areas: TableAreas;
  readonly units: AskedUnits;
  readonly operations: readonly OperationAhead[];
  /** The kind of rows of its results; absent: groups, where they have any. */
  readonly rows?: RowKind | undefined;
  /** Whether kept results of another question are replaced. */
  readonly overwrite?: boolean | undefined;
  /** Patterns of ids; absent: all areas. */
  readonly id?: readonly string[] | undefined;
  readonly threads?: number | undefined;
  /** Aborted, it stops the work, and the same work goes on later. */
  readonly signal: AbortSignal;
}

/** Computes the results of all areas and writes them as a table. Throws a sentence. */
export async function makeTable(work: TableWork): Promise<TableSummary> {
  const { out, format, areas: where, units, operations: ahead, overwrite = false } = work;
  const settings = readSettings(process.env, [
    'COUNT_THREADS',
    'TILES_PER_JOB',
    'RECHECK_SECONDS',
    'RASTER_CACHE_DIR',
    'RASTER_CACHE_BYTES',
    'TALLY_URL',
  ]);
  const { table } = where;
  const definitions = ahead.map(({ definition }) => definition);
  // A catalog may have thousands of rasters, and each thread opens all of its own.
  const needed = { definitions, tables: [table] };
  const catalog = partOf(where.catalog, needed);
  const filter = areaFilter(work.id ?? []);
  const opening = {
    catalogPath: work.catalogPath,
    catalog,
    recheckMilliseconds: settings.RECHECK_SECONDS * 1000,
    rasterCache: rasterCacheOf(settings),
  };
  const retold = retelling(where);
  await using opened = new AsyncDisposableStack();
  const areas = opened.adopt(await openAreas(catalog).catch(retold), close);
  const operations = opened.adopt(await openOperations({ ...opening, tables: areas, decodeThreads: 0 }), close);
  const versions = opened.adopt(await openVersions(catalog, needed, areas), close);
  const bar = opened.adopt(progressBar('areas'), (one) => one.stop());
  for (const note of areas.notes) bar.say(`catchment: ${inOwnWords(note, where)}`);
  let chosen: ChosenAreas | undefined;
  const choose = async (open: AreaTable) => {
    chosen = await chooseAreas(open, { ...units, matches: filter.matches }, openUnits(catalog));
    return chosen.ids;
  };
  const wanted = { table, operations: ahead, choose, group: groupOf(units) };
  const asked = await ask(operations, versions, wanted).catch(retold);
  const { shown, united, drained } = chosen as unknown as ChosenAreas;

  const { threads = settings.COUNT_THREADS } = work;
  const pool = opened.adopt(
    poolWhenNeeded({
      here: inThisThread(operations),
      open: () => openThreads({ ...opening, tallyUrl: settings.TALLY_URL, threads }),
      threads,
      results: countOf(asked),
    }),
    close,
  );
  const { identify } = operations;
  const computing = {
    identify,
    pool,
    threads,
    tilesPerBatch: settings.TILES_PER_JOB,
    signal: work.signal,
    clock: Date.now,
  };
  const unlabelled = unlabelledValues();
  const tabled = tabledOperations(ahead, work.rows);
  const answers = answerTable(tabled, catalog, unlabelled.add);
  const versionsRead = Object.assign({}, ...asked.operations.map(({ rasters }) => rasters));
  const sources = sourcesOf(definitions, catalog, versionsRead);
  const finding = { areas, table, ids: shown };
  const named = format.hasGeometry ? placedAreas(finding) : namedAreas(finding);
  const unnamed: AreaFinder = format.hasGeometry && united ? unitedPlaces(finding, united) : async () => ({});
  const find = united ? unnamed : named;
  const counted = tableResults({
    path: `${out}.results`,
    asked,
    areas: { ...areaSource(catalog.areas.get(table) as CatalogAreaTable), ...units.mark },
    where: work.id && filter.text,
    overwrite,
    computing,
    onProgress: (settled) => bar.update(Math.floor(settled / ahead.length), asked.ids.length),
  });
  const definitionOf = new Map(ahead.map(({ name, definition }) => [name, definition]));
  const results = drained ? upstreamTotals(counted, { asked, definitions: definitionOf, drained, shown }) : counted;
  const before = performance.now();
  let rows = 0;
  let ended: ResultsOutcome | undefined;
  const rowsOf = async function* (): AsyncGenerator<TableRow> {
    for (let next = await results.next(); ; next = await results.next()) {
      if (next.done) {
        ended = next.value;
        return;
      }
      const { id, document } = next.value;
      const { name, polygons } = await find(id);
      for (const values of answers.rowsOf(document, { table: units.title, id, name })) {
        rows += 1;
        yield { values, polygons };
      }
    }
  };
  const facts = () => ({
    out,
    where,
    asked,
    chosen: chosen as ChosenAreas,
    title: units.title,
    rows,
    seconds: (performance.now() - before) / 1000,
  });
  try {
    await writeTable(out, format, { columns: answers.columns, rows: rowsOf(), sources });
  } catch (error) {
    if (error instanceof StoppedError) return tableSummary('stopped', { ...facts(), ...error.outcome });
    throw error;
  } finally {
    await counted.return(undefined as never);
  }
  await removeResults(`${out}.results`);
  bar.stop();
  for (const note of unlabelled.notes(catalog)) bar.say(`catchment: ${note}`);
  return tableSummary('done', { ...facts(), ...(ended as ResultsOutcome) });
}

/** The property that the areas of a group have in common. */
function groupOf({ by, within }: AskedUnits): Asked['group'] {
  return by === undefined ? undefined : { by, ...(within && { within }) };
}

async function close(one: { close(): Promise<void> }): Promise<void> {
  await one.close();
}
