import { archiveState, archiveStreamWriter, openArchiveWriter, readArchive } from '@cellshed/cache';
import { versionDifference } from '@cellshed/chores';
import { resultSchemaVersion } from '@cellshed/contracts';
import { openStream } from '../text/stdout.ts';
import type { Computing } from './compute-one.ts';
import { compute } from './compute-sweep.ts';
import { type Asked, type AskedResult, askedResults, countOf } from './precomputation.ts';
import { counted, noCounts, type OutcomeCounts } from './precompute-outcomes.ts';

export interface FileWork {
  readonly path: string;
  readonly asked: Asked;
  /** The text of the filter that chose the areas; undefined: all areas of the table. */
  readonly where: string | undefined;
  readonly overwrite: boolean;
  readonly computing: Computing;
  /** Is called with the count of results that are settled, also before this run. */
  readonly onProgress: (settled: number) => void;
}

export interface FileOutcome {
  /** `stopped`: the signal was aborted, and the file can be gone on with. */
  readonly outcome: 'done' | 'stopped';
  readonly counts: OutcomeCounts;
  /** The counts of what was in the file before. */
  readonly before: OutcomeCounts;
}

/**
 * Computes what is asked into an archive, or goes on with it; a stream is always begun. Throws a
 * sentence; what is in a file then can be gone on with.
 */
export async function computeIntoFile({
  path,
  asked,
  where,
  overwrite,
  computing,
  onProgress,
}: FileWork): Promise<FileOutcome> {
  await using opened = new AsyncDisposableStack();
  const isStream = (await archiveState(path)) === 'stream';
  const writer = isStream
    ? archiveStreamWriter(opened.adopt(await openStream(path), (stream) => stream.close()).write)
    : await openArchiveWriter(path, { begin: beginOf(asked, where), overwrite });
  let isFinished = false;
  try {
    const before = (writer.resumed?.state ?? noCounts) as OutcomeCounts;
    const left = { results: leftOf(asked, before, path), count: countOf(asked) - before.settled };
    let counts = before;
    onProgress(counts.settled);
    for await (const one of compute(asked, left, computing)) {
      if (one.outcome === 'stopped') return { outcome: 'stopped', counts, before };
      counts = counted(counts, `${asked.table}/${one.id}`, one);
      await writer.add(one.outcome === 'result' ? one.record : undefined, counts);
      onProgress(counts.settled);
    }
    isFinished = true;
    await writer.finish();
    return { outcome: 'done', counts, before };
  } finally {
    if (!isFinished) await writer.leave();
  }
}

export interface FinishedFile {
  readonly results: number;
  /** Asked for, and not there: how many, and the first of them. */
  readonly missing: number;
  readonly firstMissing: readonly AskedResult[];
}

/**
 * Compares an archive that is finished with what is asked; `undefined` where there is none. Throws
 * a sentence for a file of something else.
 */
export async function finishedFile(path: string, asked: Asked): Promise<FinishedFile | undefined> {
  if ((await archiveState(path)) !== 'there') return undefined;
  const expected = askedResults(asked);
  const missing = { count: 0, first: [] as AskedResult[] };
  const miss = (one: AskedResult) => {
    missing.count += 1;
    if (missing.first.length < 10) missing.first.push(one);
  };
  let results = 0;
  for await (const found of readArchive(path)) {
    const problem = 'problem' in found ? found.problem : place(found.record.about, asked, expected, miss);
    if (problem !== undefined) {
      const what = `is there, and is not what is asked (line ${found.line}: ${problem})`;
      throw new Error(`${path} ${what}: overwrite it, or give another name`);
    }
    results += 1;
  }
  for (const one of expected) miss(one);
  return { results, missing: missing.count, firstMissing: missing.first };
}

/** Finds a line's place among those that are expected; those before it are missing. */
function place(
  about: Readonly<Record<string, unknown>>,
  { table, tableVersion }: Asked,
  expected: Generator<AskedResult>,
  miss: (one: AskedResult) => void,
): string | undefined {
  const { area, operation, fingerprint } = about;
  for (let next = expected.next(); !next.done; next = expected.next()) {
    const { id, operation: asked } = next.value;
    if (area !== `${table}/${id}` || operation !== asked.name) miss(next.value);
    else if (fingerprint === asked.fingerprint) return undefined;
    else return versionDifference(about, { ...asked, operation: asked.name, table, tableVersion });
  }
  return `${area} ${operation} is not asked for, or not at this place`;
}

/** The facts that must be the same when a file is continued. Differences are told in this order. */
export function beginOf({ table, tableVersion, operations }: Asked, where: string | undefined) {
  const ofAll = (versions: readonly object[]) => Object.assign({}, ...versions) as Record<string, string>;
  return {
    table,
    where: where ?? null,
    operations: operations.map(({ name }) => name),
    tableVersion,
    rasters: ofAll(operations.map(({ rasters }) => rasters)),
    lines: ofAll(operations.map(({ lines }) => lines)),
    fingerprints: Object.fromEntries(operations.map(({ name, fingerprint }) => [name, fingerprint])),
    schemaVersion: resultSchemaVersion,
  };
}

/**
 * The results that are not settled yet. Throws when the result that was settled last is not at its
 * place.
 */
export function* leftOf(asked: Asked, { settled, last }: OutcomeCounts, path: string): Generator<AskedResult> {
  let n = 0;
  for (const one of askedResults(asked)) {
    n += 1;
    if (n > settled) yield one;
    const name = `${asked.table}/${one.id} ${one.operation.name}`;
    if (n === settled && name !== last) {
      throw new Error(`${path} was begun with other areas: ${last} was settled last, now ${name} is in its place`);
    }
  }
}
